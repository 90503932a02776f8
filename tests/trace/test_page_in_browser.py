"""The page as people use it: every step by keyboard, then buttons, tabs and addresses."""

import html
from dataclasses import replace

import numpy as np
import pytest
from trace_cases import CASES, relu, sgd_step

from minidl import trace
from minidl.trace.page import page

TIMES = "\N{MULTIPLICATION SIGN}"

# Everything that a step shows, in one go.
READ = """() => {
  const panel = document.querySelector("[role=tabpanel]:not([hidden])");
  const names = (selector) => [...panel.querySelectorAll(selector)]
    .map((cell) => `${cell.dataset.array}[${cell.dataset.index}]`);
  const terms = (selector) => [...document.querySelectorAll(`.equation ${selector}`)]
    .map((term) => [...term.querySelectorAll(".chip")].map((chip) => chip.textContent));
  return {
    window: names(".is-window"), tap: names(".is-tap"), other: names(".is-other"),
    result: names(".is-result"), current: names("td:has(> [aria-current=step])"),
    results: [...panel.querySelectorAll("td > button")].map((button) => button.textContent),
    terms: terms(".term:not(.is-idle)"), idle: terms(".term.is-idle"),
    equation: document.querySelector(".equation").textContent,
    counter: document.getElementById("counter").textContent,
    slider: document.getElementById("slider").value,
    spoken: document.getElementById("spoken").textContent,
    tab: document.querySelector("[aria-selected=true]").textContent,
    hash: location.hash,
  };
}"""


def shown(text):
    """Return the number that a page writes: its minus is a real one."""
    return float(text.replace("\N{MINUS SIGN}", "-").replace("∞", "inf"))


def sums(terms):
    """Return the terms of a sum in an order of their own, without the last digits of floats."""
    return sorted(tuple(round(number, 9) for number in term) for term in terms)


def shown_terms(terms):
    return sums([map(shown, term) for term in terms])


def require_step(seen, name, k, steps):
    """Compare what is read at step ``k`` of a pass with what it must be."""
    step = steps[k]
    where = name, k
    for role in ("window", "tap", "other"):
        assert set(seen[role]) == getattr(step, role), (*where, role)
    place = ",".join(map(str, step.index))
    assert [cell.split("[")[1] for cell in seen["result"]] == [f"{place}]"], where
    assert seen["result"] == seen["current"]
    assert shown_terms(seen["terms"]) == sums(step.terms), where
    assert shown_terms(seen["idle"]) == sums(step.idle), where
    filled = [shown(text) for text in seen["results"] if text]
    assert filled == pytest.approx([s.value for s in steps[: k + 1]]), where
    assert seen["results"][k + 1 :] == [""] * (len(steps) - k - 1)
    assert shown(seen["equation"].split("= ")[1]) == pytest.approx(step.value), where
    assert seen["counter"] == f"step {k + 1} of {len(steps)}"
    assert seen["slider"] == str(k + 1)
    assert f", step {k + 1} of {len(steps)}. " in seen["spoken"]
    assert seen["hash"] == f"#{name}-{k + 1}"


# Presses a key so often, within the page, and lists the addresses that it comes by.
PRESS = """([key, count]) => Array.from({ length: count }, () => {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  return location.hash;
})"""


@pytest.mark.parametrize("case", CASES)
def test_every_step_by_keyboard_and_back(look, case):
    """All cells of all passes against the naive layers' results, and the same way back."""
    told, expected = case()
    assert [one.name for one in told.passes] == list(expected)
    seen = look(told)
    walk = [(name, k) for name, steps in expected.items() for k in range(len(steps))]
    for name, k in walk:
        require_step(seen.evaluate(READ), name, k, expected[name])
        seen.keyboard.press("ArrowRight")
    back = [f"#{name}-{k + 1}" for name, k in walk[-2::-1]]
    assert seen.evaluate(PRESS, ["ArrowLeft", len(back)]) == back
    require_step(seen.evaluate(READ), *walk[0], expected[walk[0][0]])


def test_the_buttons_the_slider_and_the_keys_agree(look):
    told, expected = sgd_step()
    seen = look(told)
    steps = expected["forward"]
    seen.click("#last")
    require_step(seen.evaluate(READ), "forward", 3, steps)
    for k in (2, 1, 0):
        seen.click("#back")
        require_step(seen.evaluate(READ), "forward", k, steps)
    assert seen.get_attribute("#back", "aria-disabled") == "true"
    seen.locator("#back").dispatch_event("click")
    seen.click("#forward")
    require_step(seen.evaluate(READ), "forward", 1, steps)
    seen.locator("#slider").fill("3")
    require_step(seen.evaluate(READ), "forward", 2, steps)
    for _ in range(2):  # the second at its end, where the page's own arrow would go on
        seen.locator("#slider").press("ArrowRight")
        require_step(seen.evaluate(READ), "forward", 3, steps)
    seen.click("#first")
    seen.keyboard.press("End")
    require_step(seen.evaluate(READ), "forward", 3, steps)
    seen.keyboard.press("Home")
    require_step(seen.evaluate(READ), "forward", 0, steps)


def test_the_worked_example_reads_as_on_the_board(look):
    seen = look(trace.preset("sgd-step")).evaluate(READ)
    assert " ".join(seen["equation"].replace(TIMES, "*").split()) == "1*3 + 2*2 + 4*1 + 5*5 = 36"
    assert seen["spoken"] == (
        "Forward, step 1 of 4. out, row 0, column 0: "
        "1 times 3, plus 2 times 2, plus 4 times 1, plus 5 times 5 is 36."
    )


def test_cells_of_the_result_lead_to_their_step(look):
    told, expected = sgd_step()
    seen = look(told)
    cell = "[role=tabpanel]:not([hidden]) td[data-array=out][data-index='0,0,{}'] > button"
    seen.click(cell.format("1,0"))
    require_step(seen.evaluate(READ), "forward", 2, expected["forward"])
    seen.keyboard.press("ArrowUp")
    require_step(seen.evaluate(READ), "forward", 0, expected["forward"])
    seen.keyboard.press("ArrowUp")
    assert seen.evaluate("location.hash") == "#forward-1"
    seen.focus(cell.format("1,1"))
    seen.keyboard.press("Enter")
    require_step(seen.evaluate(READ), "forward", 3, expected["forward"])
    focused = "document.activeElement.parentElement.dataset.index"
    seen.keyboard.press("ArrowLeft")
    assert seen.evaluate(focused) == "0,0,1,0"  # focus goes along
    tabbable = "[role=tabpanel]:not([hidden]) td > button[tabindex='0']"
    assert seen.locator(tabbable).count() == 1


def test_tabs_by_keyboard(look):
    told, _ = relu()
    seen = look(told)
    seen.keyboard.press("Tab")
    state = """() => [...document.querySelectorAll("[role=tab]")].map((tab) => [
      tab === document.activeElement, tab.getAttribute("aria-selected"), tab.tabIndex,
      document.getElementById(tab.getAttribute("aria-controls")).hidden])"""
    first = [[True, "true", 0, False], [False, "false", -1, True]]
    second = [[False, "false", -1, True], [True, "true", 0, False]]
    assert seen.evaluate(state) == first
    for key, expected in [
        ("ArrowRight", second),
        ("ArrowRight", first),  # round the end
        ("ArrowLeft", second),
        ("Home", first),
        ("End", second),
    ]:
        seen.keyboard.press(key)
        assert seen.evaluate(state) == expected, key
    assert seen.evaluate("location.hash") == "#input-gradient-1"
    labelled = seen.get_attribute("[role=tabpanel]:not([hidden])", "aria-labelledby")
    assert seen.inner_text(f"#{labelled}").strip() == "Input gradient"


def test_playing_walks_through_and_stops_at_the_end(look):
    told, _ = relu()
    seen = look(told, locale="en")  # a tab of its own, for its clock stays
    seen.clock.install()
    seen.click("#play")
    assert seen.get_attribute("#play", "aria-label") == "Pause"
    seen.clock.run_for(2500)
    assert seen.evaluate("location.hash") == "#forward-3"
    seen.click("#play")
    seen.clock.run_for(5000)
    assert seen.evaluate("location.hash") == "#forward-3"
    seen.click("#play")
    seen.clock.run_for(60_000)
    assert seen.evaluate("location.hash") == "#input-gradient-6"
    assert seen.get_attribute("#play", "aria-label") == "Play"


@pytest.mark.parametrize(
    ("address", "comes_to"),
    [
        ("", "#forward-1"),
        ("#input-gradient-2", "#input-gradient-2"),
        ("#forward-99", "#forward-6"),
        ("#forward-0", "#forward-1"),
        ("#backward-2", "#forward-1"),
        ("#%E0%A4%A", "#forward-1"),
    ],
)
def test_an_address_leads_to_its_step(look, address, comes_to):
    told, _ = relu()
    seen = look(told, address)
    assert seen.evaluate("location.hash") == comes_to
    seen.evaluate("location.hash = '#input-gradient-4'")
    seen.wait_for_function("document.getElementById('counter').textContent === 'step 4 of 6'")


def test_the_page_works_in_a_frame_without_an_address(look):
    text = html.escape(page(trace.preset("relu")))
    notebook = f'<!doctype html><iframe sandbox="allow-scripts" srcdoc="{text}"></iframe>'
    frame = look(None, text=notebook).frame_locator("iframe")
    frame.locator("#forward").click()
    assert frame.locator("#counter").inner_text() == "step 2 of 6"


def test_without_javascript_a_sentence_says_so(look):
    seen = look(trace.preset("relu"), java_script_enabled=False)
    assert "It needs JavaScript" in seen.inner_text("body")


def test_text_of_a_trace_is_text(look):
    hostile = (
        "<img src=x onerror='document.title = 1'> </script><script>document.title = 2</script>"
    )
    told = trace.preset("relu")
    named = {hostile: told.arrays["x"], "out": told.arrays["out"]}
    term = trace.Term((trace.Factor(hostile, (0, 0), 2.0),), 2.0)
    step = trace.Step((0, 0), (term,), 2.0, says=hostile)
    forward = trace.Pass(hostile, hostile, hostile, "out", "sum", (step,))
    seen = look(replace(told, title=hostile, arrays=named, passes=(forward,)))
    assert seen.title() == seen.inner_text("h1") == hostile
    assert seen.inner_text(".lead") == seen.inner_text(".says") == hostile
    assert seen.locator("img").count() == 0


def test_numbers_that_are_none_are_shown(look):
    told = trace.convolution([[np.nan, np.inf]], [[1.0]])
    seen = look(told, "#forward-2").evaluate(READ)
    assert seen["results"] == ["NaN", "∞"]


def test_rounded_sums_say_so(look):
    told = trace.convolution(np.float32([[1 / 3, 0.5]]), np.float32([[1, 2]]))
    assert "≈ 1.33" in look(told).evaluate(READ)["equation"]


def test_numbers_that_do_not_count_make_no_sum_rough(look):
    assert "= 0" in look(trace.relu([-1 / 3])).evaluate(READ)["equation"]
