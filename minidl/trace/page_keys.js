// Keys, the pointer, and the address: #forward-3 is the third step of the pass "forward".

const STEP_KEYS = {
  ArrowLeft: () => move(-1),
  ArrowRight: () => move(1),
  Home: () => goWithin(0),
  End: () => goWithin(Infinity),
};

/** Arrows step anywhere on the page but where they mean something else already. */
function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.target.matches("input, .scroller")) return;
  const action = STEP_KEYS[event.key] ?? (event.target.matches("td > button") ? rowMove(event) : null);
  if (!action) return;
  event.preventDefault();
  pause();
  action();
}

/** Up and down within a result: the cell above or below, if there is one. */
function rowMove(event) {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const pass = trace.passes[state.pass];
  const shape = trace.arrays[pass.result].shape;
  if (!by || shape.length < 2) return null;
  const k = state.steps[state.pass];
  const row = pass.steps[k].index.at(-2) + by;
  return () => row >= 0 && row < shape.at(-2) && goWithin(k + by * shape.at(-1));
}

function onTabKey(event) {
  const count = tabs.length;
  const next = {
    ArrowLeft: (state.pass + count - 1) % count,
    ArrowRight: (state.pass + 1) % count,
    Home: 0,
    End: count - 1,
  }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  tabs[next].click();
  tabs[next].focus();
}

/** The term under the pointer shows where its numbers come from. */
function onPointer(event) {
  const place = event.target.closest("[data-term]")?.dataset.term;
  const pass = trace.passes[state.pass];
  pointOut(pass, views[state.pass], pass.steps[state.steps[state.pass]], place);
}

// ---- the address ----

function writeAddress() {
  const pass = trace.passes[state.pass];
  try {
    history.replaceState(null, "", `#${pass.name}-${state.steps[state.pass] + 1}`);
  } catch {
    // inside a notebook's frame the page has no address of its own
  }
}

function readAddress() {
  const [, name, step] = location.hash.match(/^#(.+)-(\d+)$/) ?? [];
  const k = trace.passes.findIndex((pass) => encodeURIComponent(pass.name) === name || pass.name === name);
  if (k < 0) return;
  state.pass = k;
  state.steps[k] = Math.max(Math.min(Number(step), trace.passes[k].steps.length) - 1, 0);
}
