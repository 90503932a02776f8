"""docs/tools.md shows what its commands print: the page is run, and compared block by block."""

import pathlib

import browsers
import make_pages
import pytest
import sessions
import shown_pages
import transcripts
from shown_pages import consoles, pictures, printing

ROOT = pathlib.Path(__file__).parents[1]
PAGE = shown_pages.text("tools.md")
QUICK = {  # less of the same; times and accuracies are not compared
    "compare": ["--budget", "0", "--shape", "N=1 F=2"],
    "train": ["--train-size", "200", "--test-size", "50"],
}


def commands_of(page):
    return {command for block in consoles(page) for command, _ in transcripts.commands(block.text)}


@pytest.fixture(scope="module")
def today(tmp_path_factory):
    """Return the page as it would be written today."""
    session = sessions.Session(tmp_path_factory.mktemp("page"), QUICK)
    return make_pages.rewritten(PAGE, session, shown_pages.CHARTS)


@pytest.mark.parametrize(("k", "block"), list(enumerate(consoles(PAGE))))
def test_commands_print_what_the_page_shows(today, k, block):
    shown_pages.require_same_console(block, consoles(today)[k])


@pytest.mark.parametrize(("k", "block"), list(enumerate(printing(PAGE))))
def test_python_prints_what_the_page_shows(today, k, block):
    shown_pages.require_same_print(block, printing(today)[k])


def test_every_tool_has_its_command():
    shown = {command.split()[1] for command in commands_of(PAGE)}
    assert shown >= {"trace", "check", "compare", "train", "info"}


def test_commands_of_the_readme_are_shown_with_what_they_print():
    pages = [shown_pages.text(name) for names in make_pages.STORIES.values() for name in names]
    readme = commands_of((ROOT / "README.md").read_text(encoding="utf-8"))
    assert readme <= set().union(*map(commands_of, pages))


def test_pages_have_their_pictures_and_no_others_are_kept():
    there = {path.name: path.stat().st_size for path in make_pages.PICTURES.iterdir()}
    names = [name for pages in make_pages.STORIES.values() for name in pages]
    assert set(there) == set().union(*(pictures(shown_pages.text(name)) for name in names))
    assert set(make_pages.SHOTS) <= set(there)
    assert all(size < 250_000 for size in there.values())
    assert sum(there.values()) < 1_000_000


def test_pages_are_photographed(browser, tmp_path, monkeypatch):
    monkeypatch.setattr(make_pages, "PICTURES", tmp_path)
    monkeypatch.setattr(make_pages, "SHOTS", {"a.png": make_pages.Shot("a.html", "#b", 300, 200)})
    (tmp_path / "a.html").write_text("<p>text")
    make_pages.photographed(browser, tmp_path, "pictures/a.png")
    assert (tmp_path / "a.png").read_bytes()[12:24] == b"IHDR\0\0\1\x2c\0\0\0\xc8"


def test_what_cannot_be_drawn_is_named(tmp_path, monkeypatch, capsys):
    """Without matplotlib and a browser the rest of the page is made all the same."""

    def missing():
        raise browsers.MissingError("no browser here")

    page = "```console\n$ minidl compare --plot a.png\nold\n```\n```py\nplots\n```\n```\nold\n```\n"
    (tmp_path / "page.md").write_text(page)
    monkeypatch.setattr(make_pages, "DOCS", tmp_path)
    monkeypatch.setattr(make_pages, "STORIES", {"short": ("page.md",)})
    monkeypatch.setattr(make_pages, "has_matplotlib", lambda: False)
    monkeypatch.setattr(browsers, "chromium", missing)
    make_pages.main([])
    shown = "page.md: as it was\npictures of pages are skipped: no browser here\n"
    assert capsys.readouterr().out == shown
    assert (tmp_path / "page.md").read_text() == page


def test_times_change_only_where_they_are_asked_for(tmp_path):
    printed = "minidl  0.1.0\nprocessor  a slow one\n...\n"
    page = f"```console\n$ minidl info\n{printed}```\n"
    session = sessions.Session(tmp_path)
    assert make_pages.rewritten(page, session, charts=False, measure=False) == page
    assert "a slow one" not in make_pages.rewritten(page, session, charts=False)
    other = page.replace("processor", "procesor")
    assert "processor" in make_pages.rewritten(other, session, charts=False, measure=False)


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
    session = sessions.Session(tmp_path)
    assert "invalid choice: 'fly'" in session.run("minidl fly")
    with pytest.raises(ValueError, match="exit status 2, and no echo"):
        session.run("minidl info")
    assert session.run("echo $?") == "2\n"
    assert "kernels" in session.run("minidl info")
    with pytest.raises(ValueError, match="a page runs minidl, python, cat, cd and echo"):
        session.run("rm -r /")
