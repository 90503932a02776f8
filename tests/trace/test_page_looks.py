"""The page as drawn: on a phone, in two schemes, without motion, and for ears."""

import pytest
from trace_cases import CASES, convolution, integers

from minidl import trace

PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("case", CASES)
def test_a_phone_never_scrolls_sideways(look, case):
    told, _ = case()
    seen = look(told, viewport=PHONE)
    sizes = seen.evaluate("""() => trace.passes.map((_, k) => {
      goTo(k, Infinity);
      return document.scrollingElement.scrollWidth;
    })""")
    assert sizes == [PHONE["width"]] * len(told.passes)


def test_a_wide_grid_scrolls_in_its_own_box(look):
    told = trace.convolution(integers(2, 24), integers(2, 2))
    seen = look(told, "#forward-23", viewport=PHONE)
    wide = seen.evaluate("""() => {
      const box = document.querySelector("section[data-array=x] .scroller");
      const cell = document.querySelector(".is-window").getBoundingClientRect();
      return [document.scrollingElement.scrollWidth, box.scrollWidth > box.clientWidth,
        box.scrollLeft > 0, box.tabIndex, cell.left >= 0 && cell.right <= innerWidth];
    }""")
    assert wide == [PHONE["width"], True, True, 0, True]


def test_a_window_far_down_comes_into_view(look):
    param = {"groups": 2}
    told = trace.convolution(integers(1, 4, 5, 5), integers(4, 2, 2, 2, seed=1), None, param)
    seen = look(told)
    for address, scrolls in (("#forward-64", True), ("#forward-1", False)):
        seen.keyboard.press("End" if scrolls else "Home")
        assert seen.evaluate("location.hash") == address
        place = seen.evaluate("""() => {
          const boxes = [...document.querySelectorAll("td.is-window")]
            .map((cell) => cell.getBoundingClientRect());
          return [scrollY > 0, Math.min(...boxes.map((box) => box.top)) > 0,
            Math.max(...boxes.map((box) => box.bottom)) <
              document.querySelector(".dock").getBoundingClientRect().top];
        }""")
        assert place[1:] == [True, True]
        assert place[0] or not scrolls


def test_a_thumb_meets_every_button(look):
    seen = look(trace.preset("sgd-step"), viewport=PHONE)
    sizes = seen.evaluate("""() => {
      const buttons = [...document.querySelectorAll(".buttons button, [role=tab], input")];
      return buttons.map((button) => button.getBoundingClientRect())
        .map((box) => Math.min(box.width, box.height));
    }""")
    assert len(sizes) == 5 + 12 + 1
    assert min(sizes) >= 44


# The least contrast of text on what lies behind it, over all elements that hold text.
CONTRAST = """() => {
  const rgba = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = rgba(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
  };
  const seen = [...document.querySelectorAll("body *")].filter((element) =>
    element.checkVisibility() && !element.closest("script, .visually-hidden") &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const ratios = seen.map((element) => {
    const [one, other] = [rgba(getComputedStyle(element).color), behind(element)].map(light);
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    return [(high + 0.05) / (low + 0.05), element.className, element.textContent];
  });
  return [seen.length, ...ratios.sort((a, b) => a[0] - b[0])[0]];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(look, scheme):
    """As drawn, wherever text stands: cells, terms, tabs, numbers of rows."""
    for case in CASES:
        seen = look(case()[0], media={"color_scheme": scheme, "reduced_motion": "reduce"})
        elements, least, *where = seen.evaluate(CONTRAST)
        assert elements > 20
        assert least >= 4.5, where
    dark = seen.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
    assert dark == (scheme == "dark")


def test_nothing_moves_for_those_who_want_no_motion(look):
    duration = "getComputedStyle(document.querySelector('td.is-window')).transitionDuration"
    still = look(trace.preset("relu"))
    assert still.evaluate(duration) == "0s"
    moving = look(trace.preset("relu"), media={"reduced_motion": "no-preference"})
    assert "0.16s" in moving.evaluate(duration)


def test_grids_are_tables_that_can_be_heard(look):
    seen = look(convolution()[0], "#forward-1")
    heard = seen.evaluate("""() => {
      const table = document.querySelector("section[data-array=x] table");
      const result = document.querySelector("section[data-array=out]");
      return [table.caption.textContent,
        [...table.querySelectorAll("thead th")].map((cell) => `${cell.scope} ${cell.textContent}`),
        table.querySelector("tbody th").scope,
        table.querySelector(".is-window").textContent,
        result.querySelector("button").getAttribute("aria-label"),
        result.querySelector(".is-waiting > button").getAttribute("aria-label"),
        document.getElementById("spoken").getAttribute("aria-live")];
    }""")
    minus = "\N{MINUS SIGN}"
    caption, columns, row, cell, done, waiting, live = heard
    assert caption == "x[0, 0]: image 0, channel 0"
    assert columns[:2] == [f"col {minus}1", "col 0"]
    assert row == "row"
    assert cell.startswith("0, in the window")
    assert done.startswith("image 0, filter 0, row 0, column 0: ")
    assert done.endswith(". Step 1")
    assert waiting == "image 0, filter 0, row 0, column 1: not yet computed. Step 2"
    assert live == "polite"
