// The comparison, and what came of it, in large words with what the clerk does next.

import { h } from "../shell/dom.js";
import { announce } from "../shell/shell.js";
import { T } from "../shell/texts.js";
import { decide } from "./calls.js";
import { printDrawing } from "./print.js";
import { showResult } from "./result.js";
import { grouped } from "./number.js";
import { keep, moved, state } from "./state.js";
import { doing, goOn, hold, leaving, mending, over, said, step, stepOf } from "./steps.js";
import { exceptionButton } from "./vouching.js";

const WORDS = { DECISION_NO_MATCH: "no-match", DECISION_INCONCLUSIVE: "inconclusive" };

/** Ask for the decision and show it; `ask`: how. */
export async function decided(ask) {
  const answer = await ask();
  moved(answer.standing);
  const disclosure = answer.disclosure ?? answer.verification.disclosure;
  if (answer.standing.next.action !== "OFFICER_ACTION_DONE") keep({ decide: null });
  else return showResult(answer.verification ?? null, disclosure);
  return undecided(answer.verification, answer.standing);
}

function ready() {
  const compare = h("button", { type: "button", class: "main", onclick: () => doing(compare, () => decided(() => decide("authenticate")), { ofNumber: true }) }, T("compare"));
  step("decision", T("compare-title"), said(state.standing), state.shown ? printDrawing(state.shown) : null,
    h("div", { class: "actions" }, compare, leaving()));
  compare.focus();
}
stepOf("AUTHENTICATE", ready);

function undecided(verification, standing) {
  state.kept = false;
  const { attempts, decision } = verification;
  const locked = attempts?.locked || standing.next.action === "OFFICER_ACTION_STOP";
  const word = WORDS[decision];
  const again = h("button", { type: "button", class: "main", onclick: () => goOn() }, T("again"));
  step("decision", T("decision-title"),
    h("div", { class: `verdict ${locked ? "bad" : "warn"}` }, h("p", { class: "huge" }, mark(locked ? "✕" : "!"), T(word)), said(standing)),
    decision === "DECISION_NO_MATCH" ? compared() : null,
    attempts && !locked ? h("p", { class: "large" }, T("tries-left", { left: attempts.left })) : null,
    state.shown ? printDrawing(state.shown) : null,
    h("div", { class: "actions" }, locked ? null : again, decision === "DECISION_NO_MATCH" ? mending() : null, exceptionButton(), leaving()));
  announce(T(word));
  if (locked) return;
  again.focus();
  const wait = seconds(attempts?.wait);
  if (wait) hold(again, wait);
}

/** The usual cause is a number that was mistyped: it stands here whole, to be compared with the card. */
function compared() {
  return h("div", { class: "note warn" }, h("p", {}, T("compare-number")), h("p", { class: "large code" }, grouped(state.number)),
    h("p", {}, T("compare-finger")));
}

function stopped(standing) {
  step("decision", T("stopped-title"), h("div", { class: "verdict bad" }, h("p", { class: "huge" }, mark("✕"), T("stopped")), said(standing)),
    h("div", { class: "actions" }, leaving()));
}
stepOf("STOP", stopped);
stepOf("DONE", (standing) => over(said(standing))); // by itself, its time being over

function seconds(duration) {
  return duration ? Math.ceil(Number.parseFloat(duration)) : 0;
}

/** Return a sign that goes with large words and is not read. */
export function mark(sign) {
  return h("span", { class: "mark", "aria-hidden": "true" }, sign);
}
