// Finding events: by citizen, officer, procedure, outcome and time, newest first. A citizen's number goes in no address.

import { post, Problem } from "../shell/api.js";
import { momentOf } from "../shell/days.js";
import { h, put } from "../shell/dom.js";
import { busy, clearWrong, dayInput, field, form, select, wrong } from "../shell/forms.js";
import { acting } from "../shell/session.js";
import { announce, refusal } from "../shell/shell.js";
import { openTable } from "../shell/table.js";
import { moment, T } from "../shell/texts.js";
import { csvOf } from "./csv.js";
import { eventPart } from "./event.js";
import { save } from "./saving.js";
import { codeField, method, outcome } from "./words.js";

const PAGE = 50;
const MOST_SAVED = 10_000;
const PURPOSES = ["", "CITIZEN_REQUEST", "CORRECTION", "INVESTIGATION"];

/** Return the panel. */
export function searchPanel() {
  const text = (id, attributes = {}) => h("input", { type: "text", id, autocomplete: "off", ...attributes });
  const fields = {
    number: text("number", { inputmode: "numeric" }),
    purpose: select("purpose", PURPOSES.map((each) => [each, T(each ? `aud-purpose-${each}` : "aud-purpose-none")])),
    officerId: text("officer"), procedureCode: text("procedure"),
    since: dayInput("since"), until: dayInput("until"),
  };
  const [action, outcomes] = [codeField("action", { outcomes: false }), codeField("outcome", { outcomes: true })];
  const found = h("div", {});
  const search = async (button) => {
    const { since, until } = fields;
    clearWrong(fields.number, fields.purpose, since, until);
    const none = [since, until].find((control) => control.value.trim() && !momentOf(control.value));
    if (none) return wrong(none, T("moment-wrong"));
    if (fields.number.value.trim() && !fields.purpose.value) return wrong(fields.purpose, T("aud-purpose-missing"));
    return busy(button, () => show({ ...asked(fields), action: action.code() || undefined, outcome: outcomes.code() || undefined }, found));
  };
  return h("section", { class: "step panel", "aria-labelledby": "search" }, h("h2", { id: "search" }, T("aud-search")),
    form(search,
      h("div", { class: "row" }, field(fields.number, T("number")), field(fields.purpose, T("aud-purpose"))),
      h("div", { class: "row" }, field(fields.officerId, T("officer-id")), field(fields.procedureCode, T("aud-procedure")),
        field(action.control, T("aud-action"), T("aud-action-hint")), field(outcomes.control, T("aud-outcome"), T("aud-outcome-hint")),
        action.list, outcomes.list),
      h("div", { class: "row" }, field(fields.since, T("aud-since"), T("moment-hint")), field(fields.until, T("aud-until"), T("moment-hint")),
        h("button", { class: "main" }, T("aud-find")))), found);
}

function asked({ number, purpose, since, until, ...texts }) {
  const stated = Object.entries(texts).map(([name, control]) => [name, control.value.trim()]).filter(([, value]) => value);
  const time = (control) => momentOf(control.value) ?? undefined;
  const context = purpose.value ? { ...acting(), purpose: `PURPOSE_${purpose.value}` } : acting();
  return {
    ...Object.fromEntries(stated), context, pageSize: PAGE, citizenNumber: number.value.trim() || undefined,
    sinceTime: time(since), untilTime: time(until),
  };
}

/** Return the next page of a search that has events, or the last. */
async function page(search, token) {
  for (let next = token; ;) {
    const answer = await post("/v1/auditEvents:search", { ...search, pageToken: next });
    next = answer.nextPageToken;
    if (answer.events.length || !next) return answer;
  }
}

async function show(search, place) {
  const columns = ["aud-number", "aud-time", "aud-action", "aud-outcome", "aud-procedure", "officer-id", "aud-caller", "sup-subject"];
  const listed = openTable(T("aud-events"), columns.map((name) => T(name)));
  const shown = h("div", {});
  const refused = h("div", {});
  const more = h("button", { type: "button" }, T("aud-more"));
  let next = "";
  const read = async () => {
    put(refused);
    try {
      const { events, nextPageToken } = await page(search, next);
      next = nextPageToken;
      events.forEach((event) => listed.add(row(event, shown)));
      more.hidden = !next;
      announce(T("aud-found", { count: listed.count() }));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      put(refused, refusal(problem));
    }
  };
  more.addEventListener("click", () => busy(more, read));
  const csv = h("button", { type: "button", onclick: () => busy(csv, () => saveAll(search, refused)) }, T("aud-csv"));
  await read();
  if (!listed.count()) {
    put(place, refused, refused.children.length ? null : h("p", { class: "hint" }, T("aud-none")));
    return;
  }
  put(place, listed.element, refused, h("div", { class: "actions" }, more, csv), shown);
}

function row(event, shown) {
  const context = JSON.parse(event.contextJson);
  const open = h("button", { type: "button", "aria-label": T("aud-open", { number: event.sequence }), onclick: () => {
    put(shown, eventPart(event, open));
    shown.querySelector("h3").focus();
  } }, String(event.sequence));
  const whole = (told) => (told ? h("span", { class: "whole" }, told) : "–");
  return [open, moment(event.time), method(event.action), outcome(event.outcome), whole(context.procedure_code),
    whole(context.officer_id), whole(event.caller), event.subjectId ? h("code", {}, event.subjectId.slice(0, 8)) : "–"];
}

async function saveAll(search, refused) {
  const events = [];
  put(refused);
  try {
    for (let token = ""; ;) {
      const answer = await post("/v1/auditEvents:search", { ...search, pageSize: 1000, pageToken: token });
      events.push(...answer.events);
      token = answer.nextPageToken;
      if (!token || events.length >= MOST_SAVED) break;
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    put(refused, refusal(problem));
    return;
  }
  save(new Blob([csvOf(events)], { type: "text/csv" }), "audit.csv");
  announce(T("aud-saved", { count: events.length }));
}
