"""A tab of a browser, for tests that look at a page as people do."""

import pytest

from minidl.trace.page import page


@pytest.fixture(scope="package")
def tab(browser):
    """Return one tab for the tests that need none of their own, which takes a second to make."""
    return browser.new_page()


@pytest.fixture
def look(browser, tab, tmp_path):
    """Return a function that opens a trace's page; complaints and requests fail the test."""
    wrong, in_use = [], []
    file = tmp_path / "trace.html"
    allowed = (file.as_uri(), "about:", "data:,")
    listeners = {
        "request": lambda request: request.url.startswith(allowed) or wrong.append(request.url),
        "console": lambda message: wrong.append(message.text),
        "pageerror": lambda error: wrong.append(str(error)),
    }

    def opened(trace, address="", *, text=None, viewport=None, media=None, **context):
        """Open ``text``, by default the trace's page; a context of its own takes more options."""
        seen = browser.new_page(**context) if context else tab
        in_use.append(seen)
        seen.goto("about:blank")
        seen.set_viewport_size(viewport or {"width": 1200, "height": 800})
        seen.emulate_media(**(media or {"color_scheme": "light", "reduced_motion": "reduce"}))
        for event, listener in listeners.items():
            seen.on(event, listener)
        file.write_text(text or page(trace), encoding="utf-8")
        seen.goto(file.as_uri() + address)
        return seen

    yield opened
    for seen in in_use:
        for event, listener in listeners.items():
            seen.remove_listener(event, listener)
        if seen is not tab:
            seen.close()
    assert wrong == []
