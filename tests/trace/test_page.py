"""The page of a trace as text: what it embeds, what it keeps out, and its colours."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from minidl import trace
from minidl.trace import page as pages
from minidl.trace.page import page
from minidl.trace.page_facts import number, page_facts
from minidl.trace.page_parameters import parameters_in_words

HOSTILE = '</script><img src=x onerror="alert(1)"><!-- {{script}} & \u2028 \\'


def one_cell(value=1.0, **more):
    """Return the smallest trace: a sum of one number."""
    arrays = {"x": np.array([value]), "out": np.array([value])}
    term = trace.Term((trace.Factor("x", (0,), value),), value)
    step = trace.Step((0,), (term,), value, says=more.get("says", ""))
    told = trace.Pass("sum", more.get("title", "Sum"), "", "out", "sum", (step,))
    return trace.Trace("sum", more.get("title", "Sum"), {}, arrays, (told,))


def embedded(text):
    """Return the JSON of a page."""
    data = re.search(r'<script type="application/json" id="trace">(.*?)</script>', text, re.S)
    return json.loads(data[1], parse_constant=pytest.fail)


def test_the_page_loads_nothing():
    text = page(trace.preset("sgd-step"))
    assert not re.search(r"https?:|@import|url\(|fetch|XMLHttpRequest|import\(", text)
    assert set(re.findall(r'(?:src|href)="([^"]*)"', text)) == {"data:,"}


def test_only_its_own_style_and_script_may_act():
    text = page(trace.preset("relu"))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        body = re.search(rf"<{kind}>(.*?)</{kind}>", text, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_no_text_of_a_trace_ends_the_script_or_adds_an_element():
    plain, hostile = page(one_cell()), page(one_cell(title=HOSTILE, says=HOSTILE))
    for tag in ("<script", "</script", "<img", "<!--", 'onerror="'):
        assert hostile.count(tag) == plain.count(tag), tag
    facts = embedded(hostile)
    assert facts["title"] == facts["passes"][0]["steps"][0]["says"] == HOSTILE


def test_scripts_and_styles_cannot_end_themselves():
    for name in (*pages.SCRIPTS, *pages.STYLES):
        assert "</" not in pages._read(name), name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.nan, "NaN"),
        (np.inf, "Infinity"),
        (-np.inf, "-Infinity"),
        (3.0, 3),
        (-0.0, 0),
        (0.1, 0.1),
        (1e300, 1e300),
        (np.float32(0.1), 0.1),
    ],
)
def test_numbers_are_those_of_json(value, text):
    assert number(value) == text
    assert type(number(value)) is type(text)


def test_a_float32_array_has_short_numbers_everywhere():
    told = trace.convolution(np.float32([[0.1, 0.3]]), np.float32([[0.1, 1]]))
    facts = page_facts(told)
    step = facts["passes"][0]["steps"][0]
    assert facts["arrays"]["x"]["values"] == [0.1, 0.3]
    assert [f["value"] for term in step["terms"] for f in term["factors"]] == [0.1, 0.1, 0.3, 1]
    assert step["value"] == facts["arrays"]["out"]["values"][0] == 0.31


@pytest.mark.parametrize(
    ("example", "name", "roles"),
    [
        ("strided", "forward", {"x": "window", "w": "tap", "b": "other"}),
        ("strided", "filter-gradient", {"x": "window", "dout": "tap"}),
        ("strided", "rotated-filter", {"dout_spread": "window", "w_rotated": "tap"}),
        ("strided", "bias-gradient", {"dout": "window"}),
        ("sgd-step", "update", {"w": "other", "-lr": "window", "dw": "tap"}),
        ("sgd-step", "loss", {"error": "window"}),
        ("max-pool", "forward", {"x": "window"}),
    ],
)
def test_roles_follow_from_the_products(example, name, roles):
    told = trace.preset(example, [name])
    facts = page_facts(told)["passes"][0]["roles"]
    assert facts == roles
    assert list(facts) == list(roles)  # the order in which they are drawn


def test_padding_reaches_as_far_as_the_terms():
    told = trace.convolution(np.ones((3, 3)), np.ones((2, 2)), conv_param={"pad": ((1, 0), (0, 2))})
    facts = page_facts(told)["passes"][0]
    assert facts["padding"] == {"x": {"sides": [1, 0, 0, 2], "value": 0}}
    one = one_cell()
    lowest = trace.Term((trace.Factor("x", (-2,), -np.inf, padding=True),), -np.inf, counts=False)
    step = replace(one.passes[0].steps[0], terms=(*one.passes[0].steps[0].terms, lowest))
    told = replace(one, passes=(replace(one.passes[0], combines="max", steps=(step,)),))
    assert page_facts(told)["passes"][0]["padding"] == {
        "x": {"sides": [0, 0, 2, 0], "value": "-Infinity"}
    }


@pytest.mark.parametrize("example", trace.presets.PRESETS)
def test_every_example_is_a_page_with_all_of_its_steps(example):
    told = trace.preset(example)
    facts = embedded(page(told))
    assert [one["name"] for one in facts["passes"]] == [one.name for one in told.passes]
    for one, expected in zip(facts["passes"], told.passes, strict=True):
        assert [step["value"] for step in one["steps"]] == [step.value for step in expected.steps]
        assert all(len(facts["arrays"][name]["axes"]) <= 4 for name in one["roles"])


def test_a_trace_without_passes_is_refused():
    told = replace(one_cell(), passes=())
    with pytest.raises(ValueError, match="page: a trace needs a pass to show, and 'Sum' has none"):
        page(told)


def test_a_step_beyond_its_array_is_refused():
    one = one_cell()
    step = replace(one.passes[0].steps[0], index=(1,))
    told = replace(one, passes=(replace(one.passes[0], steps=(step,)),))
    with pytest.raises(ValueError, match=r"a step names out\[1\], and out has shape \(1,\)"):
        page(told)


@pytest.mark.parametrize(
    ("param", "words"),
    [
        ({}, ""),
        ({"stride": (1, 1), "pad": ((0, 0), (0, 0))}, "Stride 1, no padding"),
        ({"stride": (2, 1)}, "Stride 2 down and 1 across"),
        ({"pad": 1}, "Padding 1 on every side"),
        ({"pad": (1, 2)}, "Padding 1 above, 1 below, 2 left and 2 right"),
        ({"pad": ((1, 0), (0, 2))}, "Padding 1 above and 2 right"),
        ({"pad": ((0, 0), (3, 0))}, "Padding 3 left"),
        ({"pad": "same"}, "Padding 'same'"),
        ({"groups": 1}, "1 group"),
        ({"groups": 2}, "2 groups"),
        ({"pool_height": 2, "pool_width": 3}, "Window 2 x 3"),
        (
            {"ceil_mode": True, "count_include_pad": False},
            "Sizes rounded up, padding does not count",
        ),
        ({"target": 230.0, "lr": 0.01}, "Target 230, learning rate 0.01"),
        ({"slope_at_0": 0.5}, "Slope at 0 0.5"),
    ],
)
def test_parameters_in_words(param, words):
    assert parameters_in_words(param) == words


def colours(scheme):
    """Return the colours of a scheme by name: "light", or "dark" on top of it."""
    style = pages._read("page.css")
    blocks = re.findall(r":root \{(.*?)\}", style, re.S)
    found = {}
    for block in blocks[: 1 if scheme == "light" else 2]:
        found |= dict(re.findall(r"--([\w-]+): (#\w{6});", block))
    return found


def luminance(colour):
    """Return WCAG's relative luminance of "#rrggbb"."""
    channels = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """Return WCAG's contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


ROLES = ("window", "tap", "other", "result")
TEXT = [
    *[("ink", back) for back in ("page", "surface", "tap-fill", "tap-stripe", "done-fill")],
    *[("ink", "window-fill"), ("ink", "other-fill"), ("tap", "window-fill")],
    *[("quiet", back) for back in ("page", "surface", "window-fill")],
    *[("on-result", "result"), ("on-accent", "accent"), ("accent", "surface")],
    *[(role, "page") for role in ROLES],
]
EDGES = [(role, back) for role in (*ROLES, "accent", "control") for back in ("page", "surface")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_the_contrast_of_wcag_aa(scheme):
    known = colours(scheme)
    weak = [
        (front, back, round(contrast(known[front], known[back]), 2))
        for pairs, least in ((TEXT, 4.5), (EDGES, 3))
        for front, back in pairs
        if contrast(known[front], known[back]) < least
    ]
    assert not weak
