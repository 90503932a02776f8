"""Sessions: what the blocks of pages may do, and what they may not."""

import pytest
import sessions
import transcripts


@pytest.fixture
def session(tmp_path):
    return sessions.Session(tmp_path)


def only_block(text):
    (block,) = transcripts.blocks(text)
    return block


@pytest.mark.parametrize(
    ("language", "first", "name"),
    [
        ("python", "# my_layers.py", "my_layers.py"),
        ("py", "# work.py", "work.py"),
        ("toml", "# leaky/assignment.toml", "leaky/assignment.toml"),
        ("yaml", "# a/.github/workflows/b.yml", "a/.github/workflows/b.yml"),
        ("sh", "#!/usr/bin/env bash\n# gradescope/run_autograder", "gradescope/run_autograder"),
    ],
)
def test_blocks_that_begin_with_a_name_are_files(session, language, first, name):
    assert session.keep(only_block(f"```{language}\n{first}\nx = 1\n```\n"))
    assert (session.folder / name).read_text() == f"{first}\nx = 1\n"


@pytest.mark.parametrize(
    ("language", "first"),
    [("python", "# a comment"), ("python", "x = 1"), ("console", "# a.py"), ("", "# a.py")],
)
def test_other_blocks_are_none(session, language, first):
    assert not session.keep(only_block(f"```{language}\n{first}\n```\n"))
    assert list(session.folder.iterdir()) == []


def test_files_are_shown_and_folders_changed(session):
    (session.folder / "below").mkdir()
    (session.folder / "below" / "a.txt").write_text("text\n")
    assert session.run("cat below/a.txt") == "text\n"
    assert session.run("cd below") == ""
    assert session.run("cat a.txt") == "text\n"
    with pytest.raises(ValueError, match=r"cd \.\./\.\.: a page stays in the folder"):
        session.run("cd ../..")


def test_python_runs_in_the_folder_and_its_status_counts(session):
    (session.folder / "a.py").write_text("import os\nprint(os.getcwd())\nraise SystemExit(3)\n")
    assert session.run("python a.py") == f"{sessions.HOME}\n"
    with pytest.raises(ValueError, match=r"exit status 3, and no echo \$\? to show it:\n/home/me"):
        session.run("cat a.py")
    assert session.run("echo $?") == "3\n"


def test_what_differs_from_machine_to_machine_is_not_compared():
    doctor = "ok       NumPy                 {}\nall is there\n"
    same = [transcripts.comparable("minidl assignment doctor", doctor.format(v)) for v in (1, 2)]
    assert same[0] == same[1]
    other = transcripts.comparable("minidl assignment doctor", doctor.replace("ok", "no"))
    assert other != same[0]
    windows = transcripts.comparable("minidl assignment build a", "a\\build\n")
    assert windows == transcripts.comparable("minidl assignment build a", "a/build\n")
