"""What is made from records: tables, files for other systems, pages; and points by hand."""

import csv
import io
import json
import pathlib
from xml.etree import ElementTree

import pytest
from small_assignment import RIGHT, handed_in, written_bundle
from stand_in_marks import mark

from minidl.grading import grade, make_results
from minidl.grading.results.pages.histogram import count
from minidl.grading.results.tables import _cell
from minidl.grading.results.text import report

TEXTS = {
    "ada": RIGHT,
    "bob": RIGHT.split("\n\n\n", maxsplit=1)[0],
    "cy": RIGHT + "# public hidden",
    "di": RIGHT + "# hidden",
    "eve": "stumble",
}
SECRET = ("SECRET", "secret", "the hidden case")  # what hidden cases are called, and say


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Return the folder of a grading, which must not be written to."""
    root = tmp_path_factory.mktemp("graded")
    subs = handed_in(root / "subs", TEXTS)
    (subs / "gil.zip").write_bytes(b"PK")
    grade([subs], written_bundle(root / "grader"), root / "out", mark=mark)
    return root / "out"


@pytest.fixture
def out(graded, tmp_path):
    """Return a copy of the folder."""
    for path in [*graded.glob("records/*.json"), graded / "run.json"]:
        copy = tmp_path / "out" / path.relative_to(graded)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return tmp_path / "out"


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text())))


def files(out):
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def test_the_tables(out):
    make_results(out)
    grades = {row["id"]: row for row in rows(out / "grades.csv")}
    assert {key: row["points"] for key, row in grades.items()} == {
        **{"ada": "25", "bob": "15", "cy": "0", "di": "17", "eve": "0", "gil": "0"}
    }
    assert (grades["bob"]["double"], grades["bob"]["triple"]) == ("15", "0")
    assert grades["gil"]["status"] == "refused"
    assert grades["gil"]["says"].startswith("it is a damaged zip")
    items = {(row["task"], row["check"], row["part"]): row for row in rows(out / "items.csv")}
    assert {key: (row["passed"], row["of"]) for key, row in items.items()} == {
        ("double", "shape", "public"): ("3", "4"),
        ("double", "values", "public"): ("3", "4"),
        ("double", "values", "hidden"): ("2", "4"),
        ("triple", "values", "public"): ("2", "4"),
        ("triple", "values", "hidden"): ("1", "4"),
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\uff1d"])
def test_no_cell_is_a_formula(start):
    assert _cell(f"{start}cmd|' /C calc'!A0").startswith("'")
    assert _cell(f"a{start}") == f"a{start}"
    assert _cell(-1) == -1


def test_results_are_made_from_records_alone_and_stay_the_same(out):
    make_results(out)
    before = files(out)
    make_results(out)
    assert files(out) == before


def test_gradescope(out):
    make_results(out)
    facts = json.loads((out / "gradescope" / "cy" / "results.json").read_text())
    assert facts["score"] == 0
    tests = {test["name"]: test for test in facts["tests"]}
    public, hidden = tests["double: values, public cases"], tests["double: values, hidden cases"]
    assert (public["score"], public["max_score"], public["status"]) == (0, 6, "failed")
    assert public["visibility"] == "visible"
    assert "out is 3, should be 4" in public["output"]
    assert "likely: the sign is wrong" in public["output"]
    assert (hidden["visibility"], hidden["output"]) == ("after_published", "")
    assert [test["number"] for test in facts["tests"]] == ["1.1", "1.2", "1.3", "2.1", "2.2"]
    right = json.loads((out / "gradescope" / "ada" / "results.json").read_text())
    assert sum(test["score"] for test in right["tests"]) == right["score"] == 25


def test_junit(out):
    make_results(out)
    root = ElementTree.fromstring((out / "junit.xml").read_bytes())
    suites = {suite.get("name"): suite for suite in root}
    counts = {name: (s.get("failures"), s.get("errors")) for name, s in suites.items()}
    assert counts["ada"] == ("0", "0")
    assert counts["bob"] == ("2", "0")
    assert counts["eve"] == ("0", "5")
    assert counts["gil"] == ("5", "0")
    assert {suite.get("tests") for suite in root} == {"5"}


def test_what_no_xml_can_hold_is_left_out(out):
    path = out / "records" / "cy.json"
    path.write_text(path.read_text().replace("should be 4", "\\u0000\\u001b\\ufffe"))
    make_results(out)
    text = (out / "junit.xml").read_text()
    ElementTree.fromstring(text)
    assert "out is 3, \ufffd\ufffd\ufffd " in text


@pytest.mark.parametrize(
    "name", ["junit.xml", "gradescope/{}/results.json", "reports/{}.html"], ids=str
)
@pytest.mark.parametrize("who", ["cy", "di"])
def test_nothing_for_students_tells_hidden_cases(out, name, who):
    make_results(out)
    record = (out / "records" / f"{who}.json").read_text()
    assert all(word in record for word in SECRET)
    text = (out / name.format(who)).read_text()
    assert not [word for word in SECRET if word in text]


def test_beside_the_reference_errors_have_no_words(out):
    """A function that stands in can be read by the code beside it, and told of in an error."""
    path = out / "records" / "bob.json"
    record = json.loads(path.read_text())
    task = record["marks"]["tasks"][1]
    says = "triple: raised ValueError: def double(x) (layers.py, line 2)"
    case = {"name": "one", "status": "wrong", "case": "x", "says": says}
    task["checks"][0]["failed"] = [case]
    for replaced, told in (([], True), (["double"], False)):
        task["replaced"] = replaced
        path.write_text(json.dumps(record))
        make_results(out)
        for name in ("junit.xml", "gradescope/bob/results.json", "reports/bob.html"):
            text = (out / name).read_text()
            assert "triple: raised ValueError" in text
            assert ("def double" in text) == told, name


def test_the_page_of_a_student(out):
    make_results(out)
    page = (out / "reports" / "cy.html").read_text()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<b>" not in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert "the sign is wrong" in page
    assert page.count("values, hidden cases") == 2
    di = (out / "reports" / "di.html").read_text()
    assert "public checks passed, and hidden ones did not" in di
    assert "the sign is wrong" not in di
    eve = (out / "reports" / "eve.html").read_text()
    assert "that is not your fault" in eve
    assert "OSError" not in eve


def test_the_page_of_the_class(out):
    make_results(out)
    page = (out / "reports" / "index.html").read_text()
    assert "6 hand-ins, 4 graded, 1 grader error, 1 refused" in page
    assert 'href="ada.html"' in page
    assert "secret 3" in page
    assert "OSError" in page
    assert "<script" not in page


def test_bins_of_the_histogram():
    assert count([0, 9.9, 10, 99, 100], 100) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_pages_stand_alone_and_fit(out, browser):
    """Nothing is loaded, nothing runs, nothing sticks out; in both schemes and on a phone."""
    make_results(out)
    for name in ("index", "cy"):
        for width, scheme in ((1200, "light"), (360, "dark")):
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            said, asked = [], []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto((out / "reports" / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("table[role=table] caption").count() >= 2
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == ("rgb(246, 245, 241)" if scheme == "light" else "rgb(18, 22, 28)")
            assert said == []
            assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
            page.close()


def test_overrides_come_last_and_are_shown(out):
    (out / "overrides.csv").write_text(
        "\ufeffid;task;points;reason\r\ngil;;20;sent by mail\r\nbob;triple;2.5;half of it\r\n\r\n"
    )
    sheet = make_results(out)
    points = {row["id"]: row["points"] for row in rows(out / "grades.csv")}
    assert (points["gil"], points["bob"]) == ("20", "17.5")
    shown = "triple: 2.5 instead of 0 points, overridden: half of it"
    for name in ("grades.csv", "junit.xml", "gradescope/bob/results.json", "reports/bob.html"):
        assert shown in (out / name).read_text()
    assert "gil, in all: 20 instead of 0 points" in report(sheet)
    assert "sent by mail" in (out / "reports" / "index.html").read_text()
    assert json.loads((out / "gradescope" / "gil" / "results.json").read_text())["score"] == 20
    assert json.loads((out / "records" / "gil.json").read_text())["points"] == 0


def test_overrides_that_were_named_once_stay(out, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("id,task,points,reason\nada,,1,test\n")
    facts = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**facts, "overrides": str(mine)}))
    assert make_results(out).rows[0].points == 1
    other = tmp_path / "other.csv"
    other.write_text("id,task,points,reason\nada,,2,test\n")
    assert make_results(out, other).rows[0].points == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,task,points\n", "overrides.csv:1: the column 'reason' must be there once"),
        (
            "id,tsk,points,reason\n",
            "overrides.csv:1: there is no column 'tsk'; did you mean 'task'",
        ),
        ("#bbo,,1,x", "overrides.csv:2: there is no hand-in 'bbo'; did you mean 'bob'"),
        ("#bob,doubel,1,x", "overrides.csv:2: there is no task 'doubel'; did you mean 'double'"),
        ("#bob,zzz,1,x", "there is no task 'zzz'; there are double, triple"),
        ("#bob,double,1,", "overrides.csv:2: no reason is given"),
        ("#bob,double,many,x", "points must be a number, got 'many'"),
        ('#bob,double,"7,5",x', "got '7,5'; write a point, 7.5"),
        ("#bob,double,nan,x", "points must lie from 0 to 15, got nan"),
        ("#bob,double,-1,x", "points must lie from 0 to 15, got -1"),
        ("#bob,double,16,x", "points must lie from 0 to 15, got 16"),
        ("#bob,,26,x", "points must lie from 0 to 25, got 26"),
        ("#bob,,1,x,y", "overrides.csv:2: 5 values in 4 columns"),
        ("#bob,,1,x\n\nbob,,2,y", "overrides.csv:4: bob, the total stands in line 2 already"),
        (b"id,task,points,reason\nbob,,1,\xfc", "overrides.csv: it is not UTF-8"),
    ],
)
def test_overrides_that_do_not_fit(out, text, says):
    if isinstance(text, str):
        text = text.replace("#", "id,task,points,reason\n").encode()
    (out / "overrides.csv").write_bytes(text)
    with pytest.raises(ValueError, match="overrides.csv") as error:
        make_results(out)
    assert says in str(error.value)


def test_the_report(out):
    text = report(make_results(out))
    assert text.startswith("A small assignment: 6 hand-ins, 4 graded, 1 grader error, 1 refused")
    assert "median 16, from 0 to 25" in text
    assert "bob      wrong: triple" in text
    assert "double  2 wrong" in text


def test_a_damaged_record_is_named(out):
    path = pathlib.Path(out, "records", "ada.json")
    path.write_text("{}")
    with pytest.raises(ValueError, match=r"ada.json' cannot be read .it is no record"):
        make_results(out)
