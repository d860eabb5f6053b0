// What the trail writes in codes, in words: methods and outcomes. The code stands beside them, as it is what is searched for.

import { h } from "../shell/dom.js";
import { codesOf, t, T } from "../shell/texts.js";

const METHOD = "method-";
const OUTCOME = "outcome-";

/** Return a method in words, and its code. */
export function method(code) {
  return named(code, T(`method-${code}`), METHOD);
}

/** Return an outcome in words, and its code. */
export function outcome(code) {
  return named(code, T(`outcome-${code}`), OUTCOME);
}

/** Return a field for methods, or outcomes: chosen of a list by words or code, or typed. `element` and `code()`. */
export function codeField(id, { outcomes }) {
  const family = outcomes ? OUTCOME : METHOD;
  const words = (code) => t(`${family}${code}`);
  const known = codesOf(family).sort((one, other) => words(one).localeCompare(words(other)));
  const list = h("datalist", { id: `${id}-codes` }, known.map((code) => h("option", { value: code }, () => words(code))));
  const control = h("input", { type: "text", id, list: `${id}-codes`, autocomplete: "off", spellcheck: "false" });
  const code = () => {
    const typed = control.value.trim();
    return known.find((each) => words(each).toLowerCase() === typed.toLowerCase()) ?? typed;
  };
  return { control, list, code };
}

function named(code, words, family) {
  const known = codesOf(family).includes(code);
  return known ? [h("span", {}, words), " ", h("code", { class: "beside" }, code)] : h("code", {}, code);
}
