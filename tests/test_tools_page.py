"""docs/tools.md shows what its commands print: the page is run, and compared block by block."""

import pathlib
import re

import browsers
import make_tools
import pytest
import transcripts

ROOT = pathlib.Path(__file__).parents[1]
PAGE = make_tools.PAGE.read_text(encoding="utf-8")
QUICK = {  # less of the same; times and accuracies are not compared
    "compare": ["--budget", "0", "--shape", "N=1 F=2"],
    "train": ["--train-size", "200", "--test-size", "50"],
}
CHARTS = make_tools.has_matplotlib()


def consoles(page):
    return [block for block in transcripts.blocks(page) if block.language == "console"]


def printing(page):
    return [block for block in transcripts.blocks(page) if block.printed]


def pictures(page):
    return set(re.findall(r"pictures/(\w+\.png)", page))


@pytest.fixture(scope="module")
def today(tmp_path_factory):
    """Return the page as it would be written today."""
    session = transcripts.Session(tmp_path_factory.mktemp("page"), QUICK)
    return make_tools.rewritten(PAGE, session, CHARTS)


def require_charts(code):
    if make_tools.draws(code) and not CHARTS:
        pytest.skip("no matplotlib here")


@pytest.mark.parametrize(("k", "block"), list(enumerate(consoles(PAGE))))
def test_commands_print_what_the_page_shows(today, k, block):
    require_charts(block.text)
    now = transcripts.commands(consoles(today)[k].text)
    for (command, shown), (same, printed) in zip(
        transcripts.commands(block.text), now, strict=True
    ):
        assert same == command
        expected = transcripts.comparable(command, shown)
        assert transcripts.comparable(command, printed) == expected, command


@pytest.mark.parametrize(("k", "block"), list(enumerate(printing(PAGE))))
def test_python_prints_what_the_page_shows(today, k, block):
    require_charts(block.text)
    assert printing(today)[k].printed.text == block.printed.text


def test_every_tool_has_its_command():
    shown = {command for block in consoles(PAGE) for command, _ in transcripts.commands(block.text)}
    assert {command.split()[1] for command in shown} >= {
        "trace",
        "check",
        "compare",
        "train",
        "info",
    }
    readme = consoles((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {command for block in readme for command, _ in transcripts.commands(block.text)} <= shown


def test_the_page_has_its_pictures_and_no_others_are_kept():
    there = {path.name: path.stat().st_size for path in make_tools.PICTURES.iterdir()}
    assert set(there) == pictures(PAGE)
    assert set(make_tools.SHOTS) <= set(there)
    assert all(size < 250_000 for size in there.values())
    assert sum(there.values()) < 1_000_000


def test_pages_are_photographed(browser, tmp_path, monkeypatch):
    monkeypatch.setattr(make_tools, "PICTURES", tmp_path)
    monkeypatch.setattr(make_tools, "SHOTS", {"a.png": make_tools.Shot("a.html", "#b", 300, 200)})
    (tmp_path / "a.html").write_text("<p>text")
    make_tools.photographed(browser, tmp_path, "pictures/a.png")
    assert (tmp_path / "a.png").read_bytes()[12:24] == b"IHDR\0\0\1\x2c\0\0\0\xc8"


def test_what_cannot_be_drawn_is_named(tmp_path, monkeypatch, capsys):
    """Without matplotlib and a browser the rest of the page is made all the same."""

    def missing():
        raise browsers.MissingError("no browser here")

    page = "```console\n$ minidl compare --plot a.png\nold\n```\n```py\nplots\n```\n```\nold\n```\n"
    (tmp_path / "page.md").write_text(page)
    monkeypatch.setattr(make_tools, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(make_tools, "has_matplotlib", lambda: False)
    monkeypatch.setattr(browsers, "chromium", missing)
    make_tools.main([])
    shown = "page.md: as it was\npictures of pages are skipped: no browser here\n"
    assert capsys.readouterr().out == shown
    assert (tmp_path / "page.md").read_text() == page


def test_times_change_only_where_they_are_asked_for(tmp_path):
    printed = "minidl  0.1.0\nprocessor  a slow one\n...\n"
    page = f"```console\n$ minidl info\n{printed}```\n"
    session = transcripts.Session(tmp_path)
    assert make_tools.rewritten(page, session, charts=False, measure=False) == page
    assert "a slow one" not in make_tools.rewritten(page, session, charts=False)
    other = page.replace("processor", "procesor")
    assert "processor" in make_tools.rewritten(other, session, charts=False, measure=False)


SIX = "one 1\ntwo 2\nthree 3\n\nfour 4\nfive 5\n"


@pytest.mark.parametrize(
    ("shown", "again"),
    [
        ("", SIX),
        ("anything\n", SIX),
        ("one 9\n...\n", "one 1\n...\n"),
        ("...\ntwo 2\nold\n...\n", "...\ntwo 2\nthree 3\n...\n"),
        ("one 1\n...\n\nfour 7\n...\n", "one 1\n...\n\nfour 4\n...\n"),
        ("...\nfive 5\n", "...\nfive 5\n"),
        ("...\n", "...\n"),
    ],
)
def test_cuts_stay_where_they_were(shown, again):
    assert transcripts.again(shown, SIX) == again


@pytest.mark.parametrize("shown", ["six 6\n...\n", "...\nfive 5\nsix 6\n", "two 2\n...\none 1\n"])
def test_cuts_that_fit_no_longer_are_refused(shown):
    with pytest.raises(ValueError, match="nothing was printed like '(six|five|one) [651]'"):
        transcripts.again(shown, SIX)


def test_numbers_of_any_length_have_one_shape():
    line = "conv   equal   2e-07   285.692  5,657.1 x  -1.5\n-----  -----"
    other = "conv  equal  0e+00  1.2   no clear difference  +3\n---  ------"
    assert transcripts.shape(line) == transcripts.shape(other)
    assert transcripts.shape("DIFFERS 1") != transcripts.shape("equal 1")


def test_a_failure_that_the_page_does_not_show_is_refused(tmp_path):
    session = transcripts.Session(tmp_path)
    assert "invalid choice: 'fly'" in session.run("minidl fly")
    with pytest.raises(ValueError, match="exit status 2, and no echo"):
        session.run("minidl info")
    assert session.run("echo $?") == "2\n"
    assert "kernels" in session.run("minidl info")
    with pytest.raises(ValueError, match="a page runs minidl and echo"):
        session.run("rm -r /")
