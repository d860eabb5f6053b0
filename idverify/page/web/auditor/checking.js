// Checking a proof in the browser: with which key, and what it shows.

import { get } from "../shell/api.js";
import { h, put } from "../shell/dom.js";
import { busy, chooser, clearWrong, field, form, wrong } from "../shell/forms.js";
import { T } from "../shell/texts.js";
import { checkProof, ProofRefused } from "./proof.js";
import { method, outcome } from "./words.js";

/** Return the panel: a proof from a file. */
export function checkingPanel() {
  const { input: file, shown } = chooser("proof-file", { accept: ".tlog-proof,text/plain" });
  const keys = keysField("file-keys");
  const witnesses = h("textarea", { id: "witnesses", rows: 2, spellcheck: "false" });
  const assertion = h("textarea", { id: "assertion", rows: 2, spellcheck: "false" });
  const place = h("div", {});
  const check = async (button) => {
    const [chosen] = file.files;
    clearWrong(file);
    if (!chosen) return wrong(file, T("aud-file-missing"));
    return busy(button, async () => {
      const content = new Uint8Array(await chosen.arrayBuffer());
      const given = { witnesses: lines(witnesses.value), assertion: assertion.value.trim() || null };
      put(place, await shownResult(content, keysOf(keys), given));
    });
  };
  return h("section", { class: "step panel", "aria-labelledby": "checking" }, h("h2", { id: "checking" }, T("aud-checking")),
    h("p", {}, T("aud-checking-how")),
    form(check, field(file, T("aud-file"), null, shown), keys.field, h("details", {}, h("summary", {}, T("aud-besides")),
      field(witnesses, T("aud-witnesses"), T("aud-witnesses-hint")), field(assertion, T("aud-assertion"))),
    h("div", { class: "actions" }, h("button", { class: "main" }, T("aud-check")))), place);
}

/** Return a field for the log's keys, which can be had of the service, and are better had from elsewhere. */
export function keysField(id) {
  const control = h("textarea", { id, rows: 3, spellcheck: "false", oninput: () => { made.own = false; } });
  const made = { control, own: false };
  const ask = h("button", { type: "button", class: "quiet", onclick: () => busy(ask, async () => {
    const { verifierKeys, formerVerifierKeys } = await get("/v1/log/checkpoint");
    control.value = [...verifierKeys, ...formerVerifierKeys].join("\n");
    made.own = true;
  }) }, T("aud-ask-key"));
  made.field = h("div", {}, field(control, T("aud-keys"), T("aud-keys-hint")), ask);
  return made;
}

/** Return the keys that a field holds, and whether they are the service's own word. */
export function keysOf({ control, own }) {
  return { keys: lines(control.value), own };
}

/** Check a proof; return what came of it, drawn. `same` tells whether the event is the one that was asked for. */
export async function shownResult(content, { keys, own }, { witnesses = [], assertion = null, same = null } = {}) {
  let proven;
  try {
    proven = await checkProof(content, keys, { witnesses, assertion });
  } catch (error) {
    return refused(error instanceof ProofRefused ? error.reason : "UNCHECKED", error.message);
  }
  if (same && !same(proven.event)) return refused("ANOTHER_EVENT", "");
  return h("div", { class: "note good", role: "status" }, h("p", { class: "large" }, T("aud-holds")),
    h("dl", {}, told("aud-number", proven.event.sequence), told("aud-time", proven.event.time),
      told("aud-caller", proven.event.caller), told("aud-action", method(proven.event.action)), told("aud-outcome", outcome(proven.event.outcome)),
      told("aud-opened", T(proven.whole ? "aud-opened-whole" : "aud-opened-told")), told("aud-log", proven.origin),
      told("aud-place", T("aud-place-of", { index: proven.index, size: proven.size })),
      proven.signedBy.map((key) => told("aud-signed-by", h("code", {}, key))),
      proven.witnessed.map(({ name, time }) => told("aud-witnessed", `${name}, ${time}`)),
      proven.passedOver ? told("aud-passed-over", proven.passedOver) : null,
      assertion ? told("aud-assertion", T("aud-assertion-same")) : null),
    h("p", {}, T(own ? "aud-key-own" : "aud-key-given")));
}

function refused(reason, message) {
  return h("div", { class: "note bad", role: "alert" }, h("p", { class: "large" }, T("aud-refused")),
    h("p", {}, T(`aud-${reason}`)), h("p", {}, h("code", {}, reason), message ? `: ${message}` : ""));
}

function told(name, value) {
  return [h("dt", {}, T(name)), h("dd", {}, typeof value === "number" || typeof value === "bigint" ? String(value) : value)].flat();
}

function lines(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}
