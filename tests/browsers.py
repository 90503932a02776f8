"""A headless Chromium, for tests and for pictures of pages."""

import contextlib
import os
import shutil

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


class MissingError(Exception):
    """There is no browser, or nothing to drive it with."""


@contextlib.contextmanager
def chromium():
    """Launch the Chromium on PATH, or the one that MINIDL_CHROMIUM names, with an empty profile.

    Raises
    ------
    MissingError
        If there is none; the message says what to install.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise MissingError("no playwright here: pip install playwright") from None
    path = _path()
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield launched
        finally:
            launched.close()


def _path():
    named = os.environ.get("MINIDL_CHROMIUM")
    if named:
        if not os.path.exists(named):
            raise FileNotFoundError(f"MINIDL_CHROMIUM names {named}, which is not there")
        return named
    found = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    path = next(filter(None, found), None)
    if path is None:
        raise MissingError("no Chromium on PATH: install one, or name one in MINIDL_CHROMIUM")
    return path
