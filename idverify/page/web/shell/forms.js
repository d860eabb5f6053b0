// Fields with label, hint and what is wrong with them; and waiting for an answer.

import { announce } from "./shell.js";
import { h, put, say } from "./dom.js";
import { t, T } from "./texts.js";

const SLOW = 4000;

/** Return a labelled field around a control; `hint` tells more, `shown` is what the control is part of. */
export function field(control, label, hint = null, shown = control) {
  const { id } = control;
  control.setAttribute("aria-describedby", `${id}-wrong${hint ? ` ${id}-hint` : ""}`);
  return h("div", { class: "field" }, h("label", { for: id }, label), shown,
    hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null,
    h("p", { class: "wrong", id: `${id}-wrong` }));
}

/** Return a control for a file, in the words of the page and not of the browser: `input`, and `shown` around it. */
export function chooser(id, attributes = {}) {
  const name = h("span", {}, T("file-none"));
  const input = h("input", { type: "file", id, class: "file", ...attributes, onchange: () => {
    say(name, input.files[0] ? () => input.files[0]?.name ?? "" : T("file-none"));
  } });
  return { input, shown: h("div", { class: "chooser" }, input, h("span", { class: "button", "aria-hidden": "true" }, T("file-choose")), name) };
}

/** Return a control for a day or a moment, typed as people write it: the browser's own would speak its own language. */
export function dayInput(id, value = "") {
  return h("input", { type: "text", id, value, autocomplete: "off", inputmode: "numeric" });
}

/** Return radio buttons as one group. `choices`: [value, teller]. */
export function choices(name, legend, offered, chosen = null) {
  return h("fieldset", { class: "choices" }, h("legend", {}, legend), offered.map(([value, label]) =>
    h("label", { class: "choice" },
      h("input", { type: "radio", name, value, checked: value === chosen }), h("span", {}, label))));
}

/** Return the value that is chosen of radio buttons below an element; null: none. */
export function chosenOf(root, name) {
  return root.querySelector(`input[name="${name}"]:checked`)?.value ?? null;
}

/** Return what can be chosen of a list. */
export function select(id, offered) {
  return h("select", { id }, offered.map(([value, label]) => h("option", { value }, label)));
}

/** Say at a field what is wrong with it, and lead there. */
export function wrong(control, teller) {
  control.setAttribute("aria-invalid", "true");
  control.closest("details")?.setAttribute("open", "");
  put(document.getElementById(`${control.id}-wrong`), teller);
  control.focus();
}

/** Take back what was wrong with fields. */
export function clearWrong(...controls) {
  for (const control of controls) {
    control.removeAttribute("aria-invalid");
    put(document.getElementById(`${control.id}-wrong`));
  }
}

/** Do something that takes a moment: the button waits, and who listens hears of it. Return what came of it. */
export async function busy(button, work) {
  const held = button.closest("form, section") ?? document.body;
  button.disabled = true;
  held.setAttribute("aria-busy", "true");
  announce(T("working"));
  const slow = setTimeout(() => announce(T("still-working")), SLOW);
  try {
    return await work();
  } finally {
    clearTimeout(slow);
    button.disabled = false;
    held.removeAttribute("aria-busy");
    if (document.getElementById("news").textContent === t("working")) announce(() => "");
  }
}

/** Return a form whose entry does something with its button; nothing is ever sent by the browser itself. */
export function form(act, ...children) {
  return h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); act(event.submitter); } }, children);
}
