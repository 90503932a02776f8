// The line that says how the step's number comes about: 3 × 1 + 2 × 2 = 7.

const LONG_SUM = 9; // terms; longer ones get a line for each channel

/** An element with a class, and with text or children. */
function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** The equation of a step in two parts: its terms and what is done with them, and the result. */
function equationOf(trace, pass, step) {
  const terms = step.terms.map((term, k) => termElement(trace, pass, term, k));
  const joiner = pass.combines === "max" ? ", " : " + ";
  const made = element("p", terms.length > LONG_SUM ? "terms is-long" : "terms");
  if (pass.combines === "max") made.append("max(");
  if (step.divisor !== 1) made.append("(");
  for (const [k, term] of terms.entries()) {
    if (k > 0) made.append(joiner);
    if (startsLine(pass, step, k)) made.append(element("br"));
    made.append(term);
  }
  if (terms.length === 0) made.append(element("span", "is-idle", "no term"));
  if (pass.combines === "max") made.append(")");
  if (step.divisor !== 1) made.append(`) ÷ ${step.divisor}`);
  const value = written(step.value, trace.arrays[pass.result].decimals);
  const sign = equalsSign(trace, pass, step);
  return [made, element("p", "outcome", ` ${sign} `, element("b", "chip is-result", value))];
}

/** About how many letters wide an equation is, borders and gaps counted; larger ones are set smaller. */
function equationWidth(equation) {
  return equation.textContent.length + 2 * equation.querySelectorAll(".chip").length;
}

/** "=", or "≈" where a number that counts is rounded. */
function equalsSign(trace, pass, step) {
  const counted = step.terms.filter((term) => term.counts).flatMap((term) => term.factors);
  const exact = counted.every((f) => isExact(f.value, trace.arrays[f.array].decimals));
  return exact && isExact(step.value, trace.arrays[pass.result].decimals) ? "=" : "≈";
}

function startsLine(pass, step, k) {
  if (k === 0 || step.terms.length <= LONG_SUM) return false;
  const [before, here] = [step.terms[k - 1], step.terms[k]].map((term) => sliceKey(pass, term));
  return here !== "" && before !== here;
}

/** Which image and channel of the window's array a term reads. */
function sliceKey(pass, term) {
  const read = term.factors.find((factor) => pass.roles[factor.array] === "window");
  return read ? read.index.slice(0, -2).join() : "";
}

function termElement(trace, pass, term, place) {
  const made = element("span", "term");
  made.dataset.term = place;
  made.classList.toggle("is-idle", !term.counts);
  made.classList.toggle("is-struck", !term.counts && pass.combines !== "max");
  for (const [k, factor] of term.factors.entries()) {
    if (k > 0) made.append("×");
    const chip = element("span", `chip is-${pass.roles[factor.array]}`, factorText(trace, factor));
    if (factor.padding) chip.classList.add("is-padding");
    const bare = !(factor.value < 0) || pass.combines === "max" || (k === 0 && place === 0);
    made.append(...(bare ? [chip] : ["(", chip, ")"]));
  }
  return made;
}
