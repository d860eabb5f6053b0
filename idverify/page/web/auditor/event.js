// One event, whole, and its proof: fetched, checked here, and saved.

import { get, Problem } from "../shell/api.js";
import { h, put } from "../shell/dom.js";
import { busy } from "../shell/forms.js";
import { refusal } from "../shell/shell.js";
import { moment, T } from "../shell/texts.js";
import { keysField, keysOf, shownResult } from "./checking.js";
import { save } from "./saving.js";
import { method, outcome } from "./words.js";

/** Return an event; `opened` is where the keyboard goes back to. */
export function eventPart(event, opened) {
  const part = h("div", { class: "act" });
  const said = (json) => Object.entries(JSON.parse(json)).flatMap(([name, value]) => pair(name, worded(value)));
  put(part, h("h3", { tabindex: -1 }, T("aud-event", { number: event.sequence })),
    h("dl", {}, pair(T("aud-time"), moment(event.time)), pair(T("aud-caller"), event.caller), pair(T("aud-action"), method(event.action)),
      pair(T("aud-outcome"), outcome(event.outcome)), event.subjectId ? pair(T("sup-subject"), h("code", {}, event.subjectId)) : null,
      pair(T("aud-hash"), h("code", {}, event.hash))),
    h("h4", {}, T("aud-context")), h("dl", {}, said(event.contextJson)),
    h("h4", {}, T("aud-details")), h("dl", {}, said(event.detailsJson)),
    proofPart(event), h("div", { class: "actions" },
      h("button", { type: "button", onclick: () => { part.remove(); opened.focus(); } }, T("back"))));
  return part;
}

function pair(name, value) {
  return [h("dt", {}, name), h("dd", {}, value)];
}

function worded(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function proofPart({ sequence, hash: _, ...event }) {
  const keys = keysField("event-keys");
  const place = h("div", {});
  const check = async () => {
    try {
      const { proof } = await get(`/v1/log/events/${sequence}/proof`);
      const content = new TextEncoder().encode(proof);
      const result = await shownResult(content, keysOf(keys), { same: (proven) => isSame(proven, { sequence, ...event }) });
      put(place, result, h("button", { type: "button", onclick: () => save(new Blob([content]), `${sequence}.tlog-proof`) }, T("aud-save-proof")));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      put(place, refusal(problem));
    }
  };
  const button = h("button", { type: "button", class: "main", onclick: () => busy(button, check) }, T("aud-prove"));
  return h("div", {}, h("h4", {}, T("aud-proof")), keys.field, h("div", { class: "actions" }, button), place);
}

/** Tell whether what was proven is the event that is shown. */
function isSame(proven, shown) {
  return String(proven.sequence) === String(shown.sequence) && proven.caller === shown.caller && proven.action === shown.action
    && proven.outcome === shown.outcome && Date.parse(proven.time) === Date.parse(shown.time)
    && (proven.subject_id ?? shown.subjectId) === shown.subjectId;
}
