// Who is kept from trying, by internal identifiers alone; lifted with a reason.

import { get, post } from "../shell/api.js";
import { h, put } from "../shell/dom.js";
import { busy, choices, chosenOf, form } from "../shell/forms.js";
import { acting } from "../shell/session.js";
import { announce } from "../shell/shell.js";
import { table } from "../shell/table.js";
import { moment, T } from "../shell/texts.js";
import { answered, panel } from "./panel.js";

const REASONS = ["IDENTIFIED_BY_DOCUMENTS", "POOR_IMPRESSIONS", "MISTAKEN_NUMBER", "TRIAL"];

/** Return the panel. */
export function locksPanel() {
  return panel("locks", "sup-locks", () => get("/v1/attemptLimits"), drawn);
}

function drawn({ limits }, refresh) {
  const place = h("div", {});
  const rows = limits.map((limit) => [
    T(`sup-${limit.scope}`), limit.client || "–", limit.subjectId ? h("code", {}, limit.subjectId) : "–",
    limit.failures, limit.openTime ? moment(limit.openTime) : T("sup-till-lifted"), lifting(limit, place, refresh),
  ]);
  const columns = ["sup-scope", "sup-client", "sup-subject", "sup-failures", "sup-opens", "sup-act"].map((name) => T(name));
  return [table(T("sup-locks"), columns, rows, T("sup-locks-none")), place];
}

function lifting(limit, place, refresh) {
  const open = h("button", { type: "button", onclick: () => {
    put(place, asking(limit, open, place, refresh));
    place.querySelector("input").focus();
  } }, T("sup-lift"));
  return open;
}

function asking(limit, opened, place, refresh) {
  const refused = h("div", { role: "alert" });
  const lifted = async (button) => {
    const reason = chosenOf(place, "lift-reason");
    if (!reason) {
      put(refused, h("p", { class: "wrong" }, T("sup-reason-missing")));
      return place.querySelector("input").focus();
    }
    const key = limit.subjectId ? { subjectId: limit.subjectId } : { client: limit.client };
    const body = { context: acting(), ...key, reason: `LIFT_REASON_${reason}` };
    if (!(await answered(refused, () => busy(button, () => post("/v1/attemptLimits:lift", body))))) return undefined;
    await refresh();
    announce(T("sup-lifted"));
    return undefined;
  };
  const whom = limit.subjectId || limit.client;
  return form(lifted, h("h3", {}, T("sup-lift-title", { whom })),
    choices("lift-reason", T("sup-reason"), REASONS.map((each) => [each, T(`sup-reason-${each}`)])), refused,
    h("div", { class: "actions" }, h("button", { class: "main" }, T("sup-lift")),
      h("button", { type: "button", onclick: () => { put(place); opened.focus(); } }, T("back"))));
}
