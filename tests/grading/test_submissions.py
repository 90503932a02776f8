"""Which hand-ins paths stand for, and what they are called."""

import os

import pytest
from small_assignment import RIGHT, small, zipped

from minidl.grading.taking.submissions import find_submissions

ASSIGNMENT = small()


def made(root, *names):
    """Make folders for names that end with "/", else files."""
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(RIGHT) if name.endswith(".py") else path.write_bytes(zipped({"x": ""}))
    return root


def ids(*paths):
    return [submission.id for submission in find_submissions(paths, ASSIGNMENT)[0]]


def test_an_export_of_canvas(tmp_path):
    names = ("lovelaceada_12_99_layers.zip", "turingalan_LATE_13_100_layers-1.zip")
    assert ids(made(tmp_path, *names)) == ["lovelaceada_12", "turingalan_13"]


def test_files_of_one_student_in_an_export_of_canvas(tmp_path):
    made(tmp_path, "ada_1_7_layers.py", "ada_1_8_net.py", "bob_2_9_layers.py")
    found, _ = find_submissions([tmp_path], ASSIGNMENT)
    assert [(s.id, len(s.paths)) for s in found] == [("ada_1", 2), ("bob_2", 1)]


def test_an_export_of_moodle(tmp_path):
    made(
        tmp_path,
        "Ada Lovelace_1234_assignsubmission_file_/layers.zip",
        "\u00c9mile du_Ch\u00e2telet_99_assignsubmission_file/layers.py",
        "Nobody_5_assignsubmission_file_/",
    )
    expected = ["Ada_Lovelace_1234", "Nobody_5", "\u00c9mile_du_Ch\u00e2telet_99"]
    assert ids(tmp_path) == expected
    assert sorted(ids(*tmp_path.iterdir())) == expected


def test_a_folder_of_hand_ins(tmp_path):
    made(tmp_path, "ada/layers.py", "bob/hw1/layers.py", "cy.zip", "di.rar", "marks.csv", ".x/y")
    found, notes = find_submissions([tmp_path], ASSIGNMENT)
    assert [s.id for s in found] == ["ada", "bob", "cy", "di"]
    assert notes == ["no hand-ins: 'marks.csv'"]
    assert ids(tmp_path / "ada") == ["ada"]
    assert ids(tmp_path / "ada", tmp_path / "bob") == ["ada", "bob"]


def test_work_in_what_looks_like_junk_is_told(tmp_path):
    made(tmp_path, "ada.zip", ".bob/layers.py", ".cy.zip", "._ada.zip", ".git/x.zip", ".y/")
    found, notes = find_submissions([tmp_path], ASSIGNMENT)
    assert [s.id for s in found] == ["ada"]
    dot = "(its name begins with a dot)"
    assert notes == [f"no hand-ins: '.bob' {dot}, '.cy.zip' {dot}"]


def test_results_among_the_hand_ins_are_none(tmp_path):
    made(tmp_path, "ada.zip", "out/x")
    found, _ = find_submissions([tmp_path], ASSIGNMENT, [tmp_path / "out"])
    assert [s.id for s in found] == ["ada"]


def test_paths_twice_count_once(tmp_path):
    made(tmp_path, "ada.zip", "bob.zip")
    assert ids(tmp_path, tmp_path / "ada.zip") == ["ada", "bob"]


def test_names_that_clash_are_told_apart(tmp_path):
    made(tmp_path, "a/ada.zip", "b/Ada.zip", "b/ada-2.zip", "b/ada/layers.py", "b/x.zip")
    found, notes = find_submissions([tmp_path / "a" / "ada.zip", tmp_path / "b"], ASSIGNMENT)
    assert sorted(s.id for s in found) == ["Ada-3", "ada", "ada-2", "ada-4", "x"]
    assert notes == [
        "'Ada.zip' is called Ada-3: there is another",
        "'ada' is called ada-4: there is another",
    ]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a b\t<c>:d.zip", "a_b_c_d"),
        ("CON.zip", "_CON"),
        ("-rf.zip", "rf"),
        ("\u202eabc.zip", "abc"),
        ("&&.zip", "submission"),
        ("=cmd.zip", "cmd"),
        ("x" * 200 + ".zip", "x" * 80),
        ("homework.tar.gz", "homework"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="some of these cannot be names there")
def test_ids_are_safe_names(tmp_path, name, safe):
    (tmp_path / name).write_bytes(b"")
    assert ids(tmp_path / name) == [safe]


def test_links_in_a_folder_of_hand_ins_are_not_followed(tmp_path):
    made(tmp_path, "subs/ada.zip", "secret/layers.py")
    try:
        (tmp_path / "subs" / "bob").symlink_to(tmp_path / "secret")
    except OSError:
        pytest.skip("no links here")
    found, notes = find_submissions([tmp_path / "subs"], ASSIGNMENT)
    assert [s.id for s in found] == ["ada"]
    assert notes == ["no hand-ins: 'bob' (a link)"]
    assert ids(tmp_path / "subs" / "bob") == ["bob"]


def test_what_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="grade: there is no "):
        ids(tmp_path / "subs")
    with pytest.raises(ValueError, match="holds no hand-in: no zip, no folder, and no layers.py"):
        ids(made(tmp_path, "marks.csv"))
