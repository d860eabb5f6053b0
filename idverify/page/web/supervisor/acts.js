// Acts that one person alone may not do: seen whole, then approved or rejected by another.

import { method } from "../auditor/words.js";
import { get, post } from "../shell/api.js";
import { h, put } from "../shell/dom.js";
import { busy } from "../shell/forms.js";
import { acting } from "../shell/session.js";
import { announce } from "../shell/shell.js";
import { table } from "../shell/table.js";
import { moment, T } from "../shell/texts.js";
import { answered, panel, within } from "./panel.js";

/** Return the panel. */
export function actsPanel() {
  return panel("acts", "sup-acts", pending, drawn);
}

async function pending() {
  const found = [];
  for (let token = ""; ;) {
    const page = await get(`/v1/acts?pageSize=1000&pageToken=${encodeURIComponent(token)}`);
    found.push(...page.acts.filter((act) => act.state === "ACT_STATE_PENDING"));
    token = page.nextPageToken;
    if (!token) return found;
  }
}

function drawn(acts, refresh) {
  const place = h("div", { "aria-live": "polite" });
  const rows = acts.map((act) => [
    T(`sup-${act.kind}`), act.askedBy, act.context?.officerId || "–", moment(act.createTime), moment(act.expireTime),
    h("button", { type: "button", onclick: () => see(act, place, refresh) }, T("sup-see")),
  ]);
  const columns = ["sup-what", "sup-asked-by", "officer-id", "sup-asked", "sup-until", "sup-act"].map((name) => T(name));
  return [table(T("sup-acts"), columns, rows, T("sup-acts-none")), place];
}

async function see({ actId }, place, refresh) {
  const read = await answered(place, () => get(within(`/v1/acts/${encodeURIComponent(actId)}`)));
  if (!read) return;
  const { act, requestJson, subjectId } = read.answer;
  const refused = h("div", {});
  const decide = (verb, done, body) => async (event) => {
    const path = `/v1/acts/${encodeURIComponent(actId)}:${verb}`;
    const answer = await answered(refused, () => busy(event.currentTarget, () => post(path, { context: acting(), ...body })));
    if (!answer) return;
    await refresh();
    announce(T(done));
  };
  const heading = h("h3", { tabindex: -1 }, T(`sup-${act.kind}`));
  put(place, h("div", { class: "act" }, heading,
    h("dl", {}, h("dt", {}, T("sup-method")), h("dd", {}, method(act.method)),
      h("dt", {}, T("sup-asked-by")), h("dd", {}, act.askedBy),
      subjectId ? [h("dt", {}, T("sup-subject")), h("dd", {}, h("code", {}, subjectId))] : null,
      h("dt", {}, T("sup-digest")), h("dd", {}, h("code", {}, act.digest))),
    h("pre", { tabindex: 0, "aria-label": T("sup-request") }, pretty(requestJson)), refused,
    h("div", { class: "actions" },
      h("button", { type: "button", class: "main", onclick: decide("approve", "sup-approved", { digest: act.digest }) }, T("sup-approve")),
      h("button", { type: "button", onclick: decide("reject", "sup-rejected", {}) }, T("sup-reject")),
      h("button", { type: "button", onclick: () => put(place) }, T("back")))));
  heading.focus();
}

function pretty(json) {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
