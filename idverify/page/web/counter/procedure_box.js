// The search for a procedure: a combobox with a list, by keyboard alone (WAI-ARIA practices, combobox with list autocomplete).

import { h, put, say } from "../shell/dom.js";
import { field } from "../shell/forms.js";
import { T, titled } from "../shell/texts.js";
import { found, indexed } from "./search.js";

const MOST = 8;

/** Return {element, control, show, offer}: `show` one that was chosen elsewhere; `offer` takes the procedures when they are there. */
export function procedureBox({ chosen, choose }) {
  let index = [];
  let offered = [];
  let at = -1;
  const list = h("ul", { id: "procedures", role: "listbox", "aria-label": T("procedures"), hidden: true });
  const count = h("p", { class: "unseen", role: "status" });
  const control = h("input", {
    type: "text", id: "procedure", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false",
    "aria-controls": "procedures", "aria-autocomplete": "list", value: chosen?.code ?? "",
    oninput: () => { choose(null); offer(); }, onkeydown: pressed, onblur: () => setTimeout(close, 150),
  });
  return {
    control,
    element: h("div", { class: "search" }, field(control, T("procedure"), T("procedure-hint")), list, count),
    show: (procedure) => { control.value = procedure.code; },
    offer: (procedures) => {
      index = indexed(procedures);
      if (control.value && document.activeElement === control) offer();
    },
  };

  function offer() {
    offered = control.value.trim() ? found(index, control.value).slice(0, MOST) : index.slice(0, MOST).map((each) => each.procedure);
    at = offered.length ? 0 : -1;
    put(list, offered.map((procedure, place) => h("li", {
      role: "option", id: `procedure-${place}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); take(place); },
    }, h("span", { class: "code" }, procedure.code), " ", titled(procedure))));
    list.hidden = !offered.length;
    control.setAttribute("aria-expanded", String(Boolean(offered.length)));
    say(count, T(offered.length ? "procedures-found" : "procedures-none", { count: offered.length }));
    point();
  }

  function point() {
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) control.setAttribute("aria-activedescendant", `procedure-${at}`);
    else control.removeAttribute("aria-activedescendant");
  }

  function pressed(event) {
    if (event.key === "ArrowDown" && list.hidden) offer();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at = (at + (event.key === "ArrowDown" ? 1 : -1) + offered.length) % (offered.length || 1);
      point();
    } else if (event.key === "Enter" && !list.hidden && at >= 0) take(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  }

  function take(place) {
    choose(offered[place]);
    control.value = offered[place].code;
    close();
    document.getElementById("number")?.focus();
  }

  function close() {
    list.hidden = true;
    put(count);
    control.setAttribute("aria-expanded", "false");
    control.removeAttribute("aria-activedescendant");
  }
}
