"""A trace as one HTML page that needs no network: what ``minidl trace --html`` writes.

The page's parts lie beside this file, to be read: ``page.html``, its style in those
of ``STYLES`` and its JavaScript in the files that ``SCRIPTS`` lists.
"""

import base64
import hashlib
import html
import json
import re
from importlib import resources

from minidl.trace.page_facts import page_facts
from minidl.trace.page_parameters import parameters_in_words

STYLES = ("page.css", "page_arrays.css", "page_step.css")
SCRIPTS = (
    "page_words.js",
    "page_equation.js",
    "page_grids.js",
    "page_room.js",
    "page_keys.js",
    "page.js",  # last: it starts
)


def page(trace):
    """Return a trace as one HTML page, to be stepped through by mouse, keys or voice.

    Nothing is loaded from anywhere: style, script and numbers stand in the page, and its own
    policy forbids the browser everything else, so that no text of a trace can run.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    str
        A whole document, in UTF-8 if written to a file; it also fits an iframe's ``srcdoc``.

    Raises
    ------
    ValueError
        If the trace has no pass, or a step names a cell that its array has not.
    """
    style = "\n".join(map(_read, STYLES))
    script = "\n".join(map(_read, SCRIPTS))
    parts = {
        "title": html.escape(trace.title),
        "parameters": html.escape(parameters_in_words(trace.param)),
        "style": style,
        "script": script,
        "policy": f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'",
        "trace": _json(page_facts(trace)),
    }
    # In one go, so that braces within a title are no placeholder.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _read("page.html"))


def _read(name):
    return resources.files("minidl.trace").joinpath(name).read_text(encoding="utf-8")


def _hash(text):
    """Return how a policy names one inline text: the only one that may act."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _json(facts):
    """Return JSON that no text within can end: ``<`` is what ``</script>`` and ``<!--`` need."""
    text = json.dumps(facts, allow_nan=False, separators=(",", ":"))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
