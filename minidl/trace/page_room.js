// Cells as large as the window has room for: a lecture hall's or a phone's.

const LARGEST = 84; // all in pixels where letters have their usual size
const LARGEST_ON_PHONES = 46;
const SMALLEST = 28;
const READABLE = 34; // where nothing fits and one has to scroll anyway
const ROOM_FOR_PARTNERS = 42; // the small numbers in the corners

/** Set the size of a pass's cells, and whether the channels of an image stand side by side. */
function fitCells() {
  const pass = trace.passes[state.pass];
  const panel = panels[state.pass];
  const letters = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const wide = window.innerWidth >= 720;
  const long = pass.steps.some((step) => step.terms.length > LONG_SUM);
  const top = panel.querySelector(".stage").getBoundingClientRect().top + window.scrollY;
  const room = {
    wide,
    width: (panel.clientWidth - 8) / letters,
    height: wide ? (window.innerHeight - top) / letters - (long ? 220 : 180) : Infinity,
  };
  const [stacked, flat] = [true, false].map((stack) => largestSize(pass, room, stack));
  const size = Math.max(stacked, flat) || READABLE;
  panel.classList.toggle("is-flat", flat > stacked);
  panel.classList.toggle("is-roomy", size >= ROOM_FOR_PARTNERS);
  panel.style.setProperty("--cell", `${size * letters}px`);
  for (const box of panel.querySelectorAll(".scroller")) {
    markScrollable(box, box.querySelector("caption").textContent);
  }
}

/** The largest size at which a pass fits, or 0; channels are stacked on each other or not. */
function largestSize(pass, room, stack) {
  let size = room.wide ? LARGEST : LARGEST_ON_PHONES;
  while (size >= SMALLEST && !fits(pass, size, room, stack)) size -= 2;
  return size >= SMALLEST ? size : 0;
}

/** Whether cells of a size fit: all arrays side by side, or on a phone each for itself. */
function fits(pass, size, room, stack) {
  let [across, widest, highest] = [0, 0, 0];
  for (const name of [...Object.keys(pass.roles), pass.result]) {
    const array = trace.arrays[name];
    const layout = layoutOf(array, pass.padding[name]);
    const stacked = room.wide && stack && array.shape.length > 3 ? array.shape.at(-3) : 1;
    const beside = layout.slices.length / stacked;
    const text = (longestText(array) * 0.62 + 0.45) * Math.min(Math.max(0.38 * size, 12), 32);
    const columns = layout.stopColumn - layout.firstColumn;
    const width = (columns * (Math.max(size, text) + 3) + 34) * beside + 20 * (beside - 1);
    const heading = name.length * 12 + array.about.length * 9 + 10;
    const height = (layout.stopRow - layout.firstRow) * (size + 3) + (layout.slices.length > 1 ? 62 : 30);
    widest = Math.max(widest, width / beside);
    across += Math.max(width, heading) + 76;
    highest = Math.max(highest, height * stacked);
  }
  return room.wide ? across - 76 <= room.width && highest <= room.height : widest <= room.width;
}

/** Scroll to a step's cells if they are out of sight; on a phone people do that themselves. */
function bringStepIntoView(view) {
  if (window.innerWidth < 720) return;
  const bottom = document.querySelector(".dock").getBoundingClientRect().top - 16;
  const lit = [...view.lit];
  const all = extentOf(lit);
  const enough = all.bottom - all.top <= bottom - 16;
  const { top: first, bottom: last } =
    enough ? all : extentOf(lit.filter((cell) => cell.classList.contains("is-window")));
  if (last > bottom) window.scrollBy(0, last - bottom);
  else if (first < 16) window.scrollBy(0, first - 16);
}

function extentOf(cells) {
  const boxes = cells.map((cell) => cell.getBoundingClientRect());
  return {
    top: Math.min(...boxes.map((box) => box.top)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}
