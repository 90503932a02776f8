// Arrays as tables: one for each image and channel, with the padding around it.

/** A key for one cell of one array. */
function cellKey(array, index) {
  return `${array}[${index.join()}]`;
}

/** All index tuples below a shape, in row-major order. */
function places(shape) {
  return shape.reduce(
    (done, size) => done.flatMap((index) => Array.from({ length: size }, (_, k) => [...index, k])),
    [[]],
  );
}

/** What a pass draws of an array: rows and columns with padding, and a list of slices. */
function layoutOf(array, padding) {
  const [top, bottom, left, right] = padding ? padding.sides : [0, 0, 0, 0];
  const rank = array.shape.length;
  return {
    rank,
    slices: places(array.shape.slice(0, -2)),
    firstRow: -top,
    stopRow: (rank > 1 ? array.shape[rank - 2] : 1) + bottom,
    firstColumn: -left,
    stopColumn: (rank > 0 ? array.shape[rank - 1] : 1) + right,
  };
}

/** The section of one array: a heading, and a table for each slice, in columns of images. */
function arraySection(trace, pass, name, role, cells) {
  const array = trace.arrays[name];
  const layout = layoutOf(array, pass.padding[name]);
  const heading = element("h3", "", element("code", "", name), " ", element("span", "about", array.about));
  const section = element("section", `array is-${role}-array`, heading);
  section.dataset.array = name;
  const blocks = element("div", "blocks");
  let block;
  for (const slice of layout.slices) {
    if (!block || slice.length < 2 || slice.at(-1) === 0) {
      block = element("div", "block");
      blocks.append(block);
    }
    block.append(sliceElement(pass, name, array, slice, layout, cells));
  }
  section.append(blocks);
  section.style.setProperty("--digits", longestText(array));
  return section;
}

/** How many characters the widest cell of an array holds. */
function longestText(array) {
  return array.values.reduce((most, v) => Math.max(most, written(v, array.decimals).length), 1);
}

function sliceElement(pass, name, array, slice, layout, cells) {
  const caption = element("caption");
  const label = slice.length ? `${name}[${slice.join(", ")}]` : name;
  const spoken = slice.map((k, axis) => `${array.axes[axis]} ${k}`).join(", ");
  caption.append(element("code", layout.slices.length > 1 ? "" : "visually-hidden", label));
  if (spoken) caption.append(element("span", "visually-hidden", `: ${spoken}`));
  const table = element("table", "", caption);
  if (layout.rank > 0) table.append(headerRow(layout));
  const body = element("tbody");
  for (let row = layout.firstRow; row < layout.stopRow; row += 1) {
    const line = element("tr");
    if (layout.rank > 1) line.append(header(row, "row"));
    for (let column = layout.firstColumn; column < layout.stopColumn; column += 1) {
      const index = [...slice, row, column].slice(2 - Math.min(layout.rank, 2));
      const cell = cellElement(pass, name, array, index);
      cells.set(cellKey(name, index), cell);
      line.append(cell);
    }
    body.append(line);
  }
  table.append(body);
  const scroller = element("div", "scroller", table);
  const made = element("div", "slice", scroller);
  made.dataset.slice = slice.join();
  return made;
}

function headerRow(layout) {
  const line = element("tr");
  if (layout.rank > 1) line.append(element("td"));
  for (let column = layout.firstColumn; column < layout.stopColumn; column += 1) {
    line.append(header(column, "col"));
  }
  return element("thead", "", line);
}

function header(k, scope) {
  const made = element("th", "", String(k).replace("-", "−"));
  made.scope = scope;
  return made;
}

/** One cell: a number, a place in the padding, or a place in the result, to be filled. */
function cellElement(pass, name, array, index) {
  const cell = element("td");
  cell.dataset.array = name;
  cell.dataset.index = index.join();
  if (name === pass.result) {
    const button = element("button", "number");
    button.type = "button";
    button.tabIndex = -1;
    cell.append(button);
    return cell;
  }
  const outside = index.some((k, axis) => k < 0 || k >= array.shape[axis]);
  if (outside) cell.classList.add("is-padding");
  const value = outside ? pass.padding[name].value : array.at(index);
  const number = element("span", "number", written(value, array.decimals));
  cell.title = `${name}[${index.join(", ")}] = ${value}`;
  cell.append(number, element("span", "visually-hidden"));
  if (outside) cell.title = `padding: ${value}`;
  return cell;
}

// ---- the same tables at one step ----

const ROLE_WORDS = { window: ", in the window", tap: ", multiplies the window", other: ", takes part" };

/** Light the cells of a step, and fill the result up to it. */
function showInGrids(trace, pass, view, k) {
  for (const cell of view.lit) darken(cell);
  view.lit = new Set();
  for (const slice of view.section.querySelectorAll(".takes-part")) slice.classList.remove("takes-part");
  const step = pass.steps[k];
  for (const term of step.terms) {
    for (const factor of term.factors) {
      const cell = view.cells.get(cellKey(factor.array, factor.index));
      const role = pass.roles[factor.array];
      light(view, cell, `is-${role}`, ROLE_WORDS[role]);
      if (!term.counts) cell.classList.add("is-idle");
    }
    notePartner(trace, pass, view, term);
  }
  fillResult(trace, pass, view, k);
  const result = view.results[k];
  light(view, result, "is-result");
  for (const cell of view.lit) bringIntoView(cell);
}

function light(view, cell, className, words) {
  cell.classList.add(className);
  cell.closest(".slice").classList.add("takes-part");
  if (words) cell.querySelector(".visually-hidden").textContent = words;
  view.lit.add(cell);
}

function darken(cell) {
  cell.classList.remove("is-window", "is-tap", "is-other", "is-result", "is-idle", "is-pointed-out");
  const words = cell.querySelector(".visually-hidden");
  if (words) words.textContent = "";
  cell.querySelector(".partner")?.remove();
}

/** In the corner of a window's cell: what the step multiplies it by. */
function notePartner(trace, pass, view, term) {
  if (term.factors.length !== 2) return;
  const here = term.factors.find((factor) => pass.roles[factor.array] === "window");
  const there = term.factors.find((factor) => factor !== here);
  if (!here) return;
  const cell = view.cells.get(cellKey(here.array, here.index));
  if (cell.querySelector(".partner")) return; // met twice in one step: the equation tells
  const partner = element("span", "partner", `×${factorText(trace, there)}`);
  partner.setAttribute("aria-hidden", "true");
  cell.append(partner);
}

/** Write the result up to step k: only what has changed since the step that was shown before. */
function fillResult(trace, pass, view, k) {
  const [first, last] = view.shown === null
    ? [0, view.results.length - 1]
    : [Math.min(k, view.shown), Math.max(k, view.shown)];
  for (let place = first; place <= last; place += 1) fillCell(trace, pass, view, place, k);
  view.shown = k;
}

function fillCell(trace, pass, view, place, k) {
  const array = trace.arrays[pass.result];
  const { value, index } = pass.steps[place];
  const cell = view.results[place];
  const button = cell.firstChild;
  const done = place <= k;
  cell.classList.toggle("is-done", done);
  cell.classList.toggle("is-waiting", !done);
  button.textContent = done ? written(value, array.decimals) : "";
  const where = placeInWords(array, index) || pass.result;
  const told = done ? spokenNumber(button.textContent) : "not yet computed";
  button.setAttribute("aria-label", `${where}: ${told}. Step ${place + 1}`);
  button.tabIndex = place === k ? 0 : -1;
  if (place === k) button.setAttribute("aria-current", "step");
  else button.removeAttribute("aria-current");
}

/** Let keys scroll a box whose content is larger than it is. */
function markScrollable(box, label) {
  const larger = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
  for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", label]]) {
    if (larger) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}

/** Scroll a wide grid inside its own box, never the page. */
function bringIntoView(cell) {
  const box = cell.closest(".scroller");
  if (box.scrollWidth <= box.clientWidth) return;
  const [inner, outer] = [cell.getBoundingClientRect(), box.getBoundingClientRect()];
  if (inner.left < outer.left) box.scrollLeft -= outer.left - inner.left + 8;
  else if (inner.right > outer.right) box.scrollLeft += inner.right - outer.right + 8;
}
