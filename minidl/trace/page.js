// The page's state: which pass, which step; tabs, buttons, keys and the address follow it.

const PACE = 1200; // milliseconds a step while playing; long sums take twice as long

const trace = readTrace();
const state = { pass: 0, steps: trace.passes.map(() => 0), timer: null };
const views = trace.passes.map(() => null);
const byId = (id) => document.getElementById(id);
const tabs = trace.passes.map(makeTab);
const panels = trace.passes.map(makePanel);

start();

/** The trace as Python wrote it, with real numbers and a way to look cells up. */
function readTrace() {
  const read = JSON.parse(document.getElementById("trace").textContent);
  for (const array of Object.values(read.arrays)) {
    array.values = array.values.map(numberFrom);
    array.decimals = decimalsFor(array.values);
    array.at = (index) =>
      array.values[index.reduce((flat, k, axis) => flat * array.shape[axis] + k, 0)];
  }
  for (const pass of read.passes) {
    for (const padding of Object.values(pass.padding)) padding.value = numberFrom(padding.value);
    for (const step of pass.steps) {
      step.value = numberFrom(step.value);
      for (const factor of step.terms.flatMap((term) => term.factors)) {
        factor.value = numberFrom(factor.value);
      }
    }
  }
  return read;
}

// ---- drawing ----

function makeTab(pass, k) {
  const tab = element("button", "", pass.title);
  tab.type = "button";
  tab.id = `tab-${k}`;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", `panel-${k}`);
  tab.addEventListener("click", () => { pause(); goTo(k, state.steps[k]); });
  return tab;
}

function makePanel(_, k) {
  const panel = element("div", "panel");
  panel.id = `panel-${k}`;
  panel.hidden = true;
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", `tab-${k}`);
  return panel;
}

/** The tables of a pass, made when it is first looked at. */
function viewOf(k) {
  if (views[k]) return views[k];
  const pass = trace.passes[k];
  const cells = new Map();
  const stage = element("div", "stage");
  for (const name of Object.keys(pass.roles)) {
    const role = pass.roles[name];
    const sign = role === "tap" ? "×" : pass.combines === "sum" ? "+" : "";
    stage.append(joined(stage.childElementCount ? sign : "", trace, pass, name, role, cells));
  }
  const sign = pass.combines === "sum" ? "=" : "→";
  stage.append(joined(stage.childElementCount ? sign : "", trace, pass, pass.result, "result", cells));
  panels[k].append(element("p", "lead", pass.says), stage);
  const results = pass.steps.map((step) => cells.get(cellKey(pass.result, step.index)));
  for (const [place, cell] of results.entries()) {
    cell.firstChild.addEventListener("click", () => { pause(); goTo(k, place); });
  }
  views[k] = { section: panels[k], cells, results, lit: new Set(), shown: null };
  return views[k];
}

/** An array behind the sign that joins it to the one before it. */
function joined(sign, ...arrayArguments) {
  const section = arraySection(...arrayArguments);
  if (!sign) return section;
  const mark = element("div", "sign", sign);
  mark.setAttribute("aria-hidden", "true");
  return element("div", "joined", mark, section);
}

function draw() {
  const pass = trace.passes[state.pass];
  const k = state.steps[state.pass];
  const changed = panels[state.pass].hidden;
  for (const [place, tab] of tabs.entries()) {
    const chosen = place === state.pass;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    panels[place].hidden = !chosen;
  }
  const view = viewOf(state.pass);
  if (changed) {
    fitCells();
    bringTabIntoView();
  }
  document.querySelector(".dock").hidden = pass.steps.length === 0;
  if (pass.steps.length === 0) return;
  showInGrids(trace, pass, view, k);
  drawDock(pass, k);
  writeAddress();
}

function drawDock(pass, k) {
  const step = pass.steps[k];
  const counted = `step ${k + 1} of ${pass.steps.length}`;
  const equation = document.querySelector(".equation");
  equation.replaceChildren(...equationOf(trace, pass, step));
  equation.style.setProperty("--letters", equationWidth(equation));
  markScrollable(equation.firstChild, "Terms");
  const says = document.querySelector(".says");
  says.textContent = step.says;
  says.hidden = !pass.steps.some((any) => any.says); // a pass's dock keeps its height
  byId("slider").max = pass.steps.length;
  byId("slider").value = k + 1;
  byId("slider").setAttribute("aria-valuetext", counted);
  byId("counter").textContent = counted;
  byId("spoken").textContent = stepInWords(trace, pass, k);
  const atStart = state.pass === 0 && k === 0;
  const atEnd = state.pass === trace.passes.length - 1 && k === pass.steps.length - 1;
  byId("back").setAttribute("aria-disabled", String(atStart));
  byId("forward").setAttribute("aria-disabled", String(atEnd));
}

function bringTabIntoView() {
  const [tab, list] = [tabs[state.pass], tabs[state.pass].parentElement];
  list.scrollLeft = tab.offsetLeft - list.offsetLeft - (list.clientWidth - tab.clientWidth) / 2;
}

// ---- moving ----

function goTo(pass, k) {
  const inResult = document.activeElement?.matches("td > button");
  state.pass = pass;
  state.steps[pass] = Math.max(Math.min(k, trace.passes[pass].steps.length - 1), 0);
  draw();
  if (inResult) views[pass].results[state.steps[pass]]?.firstChild.focus({ preventScroll: true });
  bringStepIntoView(views[pass]);
}

const goWithin = (k) => goTo(state.pass, k);

/** One step forward (1) or back (-1); past the end of a pass the next one begins. */
function move(by) {
  const k = state.steps[state.pass] + by;
  const next = state.pass + by;
  if (k >= 0 && k < trace.passes[state.pass].steps.length) goWithin(k);
  else if (next >= 0 && next < trace.passes.length) goTo(next, by > 0 ? 0 : Infinity);
  else return false;
  return true;
}

function playOrPause() {
  if (state.timer !== null) {
    pause();
    return;
  }
  const atEnd = byId("forward").getAttribute("aria-disabled") === "true";
  if (atEnd) goTo(0, 0);
  showPlaying(true);
  playOn();
}

function playOn() {
  const step = trace.passes[state.pass].steps[state.steps[state.pass]];
  const long = step && step.terms.length > LONG_SUM;
  state.timer = setTimeout(() => (move(1) ? playOn() : pause()), long ? 2 * PACE : PACE);
}

function pause() {
  clearTimeout(state.timer);
  state.timer = null;
  showPlaying(false);
}

function showPlaying(playing) {
  byId("play").classList.toggle("is-playing", playing);
  byId("play").setAttribute("aria-label", playing ? "Pause" : "Play");
}

function start() {
  const list = document.querySelector("[role=tablist]");
  list.append(...tabs);
  byId("panels").append(...panels);
  const onClick = (id, act) => byId(id).addEventListener("click", () => { pause(); act(); });
  onClick("first", () => goWithin(0));
  onClick("back", () => move(-1));
  onClick("forward", () => move(1));
  onClick("last", () => goWithin(Infinity));
  byId("play").addEventListener("click", playOrPause);
  byId("slider").addEventListener("input", (event) => { pause(); goWithin(event.target.value - 1); });
  list.addEventListener("keydown", onTabKey);
  document.addEventListener("keydown", onKey);
  document.querySelector(".equation").addEventListener("pointerover", onPointer);
  document.querySelector(".equation").addEventListener("pointerleave", onPointer);
  window.addEventListener("resize", fitCells);
  window.addEventListener("hashchange", () => { readAddress(); draw(); });
  readAddress();
  draw();
}
