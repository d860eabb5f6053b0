// What is open at the counters, oldest first; an exception that waits is confirmed here, by the second officer.

import { numberOf } from "../counter/number.js";
import { get, post } from "../shell/api.js";
import { h, put } from "../shell/dom.js";
import { busy, choices, chosenOf, field, form, wrong } from "../shell/forms.js";
import { acting } from "../shell/session.js";
import { announce } from "../shell/shell.js";
import { table } from "../shell/table.js";
import { both, T } from "../shell/texts.js";
import { answered, panel, within } from "./panel.js";

const REASONS = ["NO_USABLE_FINGER", "INJURED", "CAPTURE_FAILED", "SCANNER_BROKEN"];
const WAITS = "OFFICER_ACTION_SECOND_OFFICER";
const EVERY = 20_000;

/** Return the panel. It is read anew by itself while nobody is at work in it. */
export function queuePanel() {
  const made = panel("queue", "sup-queue", () => get(within("/v1/transactions")), drawn);
  setInterval(() => {
    if (!document.hidden && !made.section.contains(document.activeElement) && !made.section.querySelector("form")) made.refresh();
  }, EVERY);
  return made;
}

function drawn({ transactions, total }, refresh) {
  const place = h("div", {});
  const rows = transactions.map((each) => [
    T("sup-minutes", { minutes: Math.floor((Date.now() - Date.parse(each.beginTime)) / 60_000) }),
    each.officerId || "–", each.counterId || "–", each.procedureCode,
    [h("span", {}, both(each.next)), each.next.action === WAITS ? confirming(each, place, refresh) : null],
    each.inVain,
  ]);
  const columns = ["sup-age", "officer-id", "sup-counter", "procedure", "sup-next", "sup-in-vain"].map((name) => T(name));
  return [table(T("sup-queue-total", { total }), columns, rows, T("sup-queue-none")), place];
}

function confirming(transaction, place, refresh) {
  const open = h("button", { type: "button", class: "main", onclick: () => put(place, ...asking(transaction, open, place, refresh)) }, T("second-confirm-here"));
  return h("div", {}, open);
}

function asking({ transactionId, officerId }, opened, place, refresh) {
  const number = h("input", { type: "text", id: "second-number", inputmode: "numeric", autocomplete: "off" });
  const refused = h("div", {});
  const confirmed = async (button) => {
    const [citizenNumber, reason] = [numberOf(number.value), chosenOf(place, "second-reason")];
    if (!citizenNumber || !reason) return wrong(number, T("second-missing"));
    const body = { context: acting(), citizenNumber, reason: `EXCEPTION_REASON_${reason}` };
    const path = `/v1/transactions/${encodeURIComponent(transactionId)}:confirmException`;
    if (!(await answered(refused, () => busy(button, () => post(path, body))))) return undefined;
    await refresh();
    announce(T("sup-confirmed"));
    document.getElementById("queue").focus();
    return undefined;
  };
  const back = () => { put(place); opened.focus(); };
  queueMicrotask(() => number.focus());
  return [form(confirmed, h("h3", {}, T("sup-confirm-title", { officer: officerId })), refused,
    field(number, T("number"), T("second-number-hint")),
    choices("second-reason", T("exception-reason"), REASONS.map((each) => [each, T(`exception-${each}`)])),
    h("div", { class: "actions" }, h("button", { class: "main" }, T("second-confirm")),
      h("button", { type: "button", onclick: back }, T("back"))))];
}
