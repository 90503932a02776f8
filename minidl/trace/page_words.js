"use strict";

// How numbers and sums are written on the page, and how they are read aloud.

const MOST_EXACT_DECIMALS = 4; // where more would be needed, numbers are rounded to about three digits
const MOST_SPOKEN_TERMS = 12;

/** A number from the trace; JSON has no NaN and no infinity, so those come as text. */
function numberFrom(value) {
  return typeof value === "string" ? Number(value) : value;
}

/** How many digits after the point an array's numbers have; null where they need powers of ten. */
function decimalsFor(values) {
  const finite = values.filter(Number.isFinite);
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest >= 1e7 || (largest > 0 && largest < 1e-4)) return null;
  for (let decimals = 0; decimals <= MOST_EXACT_DECIMALS; decimals += 1) {
    if (finite.every((value) => isExact(value, decimals))) return decimals;
  }
  return Math.max(2 - Math.floor(Math.log10(largest)), 1);
}

/** Whether a number loses nothing when it is written with so many decimals. */
function isExact(value, decimals) {
  if (!Number.isFinite(value)) return true;
  return Math.abs(Number(digits(value, decimals)) - value) <= 1e-12 * Math.abs(value);
}

function digits(value, decimals) {
  return decimals === null ? value.toExponential(2) : value.toFixed(decimals);
}

/** A number as people write it, with a true minus sign. */
function written(value, decimals) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  return digits(value, decimals).replace("e+", "e").replaceAll("-", "−");
}

/** A written number for a voice. */
function spokenNumber(text) {
  return text.replace(/−/g, "minus ").replace("∞", "infinity");
}

/** "row 1, column 2", and before it the image, channel or filter if there are several. */
function placeInWords(array, index) {
  const words = index.map((k, axis) => `${array.axes[axis]} ${k}`);
  return words.filter((_, axis) => array.shape[axis] > 1 || axis >= index.length - 2).join(", ");
}

/** A factor's number, written as its array's cells are. */
function factorText(trace, factor) {
  return written(factor.value, trace.arrays[factor.array].decimals);
}

/** The current step as one or two sentences for screen readers. */
function stepInWords(trace, pass, k) {
  const step = pass.steps[k];
  const result = trace.arrays[pass.result];
  const place = placeInWords(result, step.index);
  const value = spokenNumber(written(step.value, result.decimals));
  const told = `${pass.title}, step ${k + 1} of ${pass.steps.length}. ${pass.result}`;
  const where = place ? `, ${place}` : "";
  return `${told}${where}: ${termsInWords(trace, pass, step)} is ${value}. ${step.says}`.trim();
}

function termsInWords(trace, pass, step) {
  const counted = pass.combines === "max" ? step.terms : step.terms.filter((term) => term.counts);
  const terms = counted.map((term) =>
    term.factors.map((factor) => spokenNumber(factorText(trace, factor))).join(" times "));
  if (pass.combines === "pass") return terms.length ? `${terms[0]} passes, which` : "nothing passes, which";
  if (terms.length === 0) return "no term, which";
  const listed = terms.length <= MOST_SPOKEN_TERMS;
  if (pass.combines === "max") {
    return `the largest of ${listed ? terms.join(", ") : `${terms.length} numbers`}`;
  }
  const sum = listed ? terms.join(", plus ") : `the sum of ${terms.length} terms`;
  return step.divisor === 1 ? sum : `${sum}, divided by ${step.divisor},`;
}
