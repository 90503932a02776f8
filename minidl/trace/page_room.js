// Cells as large as the window has room for: a lecture hall's or a phone's.

function fitCells() {
  const pass = trace.passes[state.pass];
  const wide = window.innerWidth >= 720;
  const long = pass.steps.some((step) => step.terms.length > LONG_SUM);
  const panel = panels[state.pass];
  const top = panel.querySelector(".stage").getBoundingClientRect().top + window.scrollY;
  const room = {
    width: panel.clientWidth - 8,
    height: wide ? window.innerHeight - top - (long ? 250 : 200) : Infinity,
  };
  let size = wide ? 84 : 46;
  while (size > 28 && !fits(pass, size, wide, room)) size -= 2;
  if (!fits(pass, size, wide, room)) size = 34; // it has to be scrolled anyway: rather readable
  panel.style.setProperty("--cell", `${size}px`);
  panel.classList.toggle("is-roomy", size >= 42);
  for (const box of panel.querySelectorAll(".scroller")) {
    markScrollable(box, box.querySelector("caption").textContent);
  }
}

/** Whether cells of a size fit: all arrays side by side, or on a phone each for itself. */
function fits(pass, size, wide, room) {
  let [across, widest, highest] = [0, 0, 0];
  for (const name of [...Object.keys(pass.roles), pass.result]) {
    const array = trace.arrays[name];
    const layout = layoutOf(array, pass.padding[name]);
    const stacked = wide && array.shape.length > 3 ? array.shape.at(-3) : 1;
    const text = (longestText(array) * 0.62 + 0.45) * Math.min(Math.max(0.38 * size, 12), 32);
    const heading = name.length * 12 + array.about.length * 9 + 10;
    const columns = (layout.stopColumn - layout.firstColumn) * (Math.max(size, text) + 3) + 34;
    const width = Math.max(columns, layout.slices.length === stacked ? heading : 0);
    const height = (layout.stopRow - layout.firstRow) * (size + 3) + (layout.slices.length > 1 ? 62 : 30);
    widest = Math.max(widest, width);
    across += (width * layout.slices.length) / stacked + 60;
    highest = Math.max(highest, height * stacked);
  }
  return wide ? across - 60 <= room.width && highest <= room.height : widest <= room.width;
}

function bringTabIntoView() {
  const [tab, list] = [tabs[state.pass], tabs[state.pass].parentElement];
  list.scrollLeft = tab.offsetLeft - list.offsetLeft - (list.clientWidth - tab.clientWidth) / 2;
}
