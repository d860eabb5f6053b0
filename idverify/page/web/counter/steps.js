// The frame of every step: where one is, what was refused, and which step follows what the service says.

import { h, put } from "../shell/dom.js";
import { Problem } from "../shell/api.js";
import { busy } from "../shell/forms.js";
import { announce, refusal, showStep } from "../shell/shell.js";
import { both, T, titled } from "../shell/texts.js";
import { end } from "./calls.js";
import { forget, Left, moved, state } from "./state.js";

const STAGES = ["begin", "finger", "decision", "done"];
const OVER = new Set(["TRANSACTION_ENDED", "TRANSACTION_EXPIRED", "TRANSACTION_NOT_FOUND", "TRANSACTION_MISMATCH"]);
const OF_NUMBER = new Set(["IDENTIFIER_MALFORMED", "SUBJECT_NOT_FOUND"]);
const SAID = new Set(["citizen_number", "reason"]); // by people, who may say it again
const shows = new Map();
let renumber = null;

/** Note which function shows the step of an action, "CAPTURE" for example. */
export function stepOf(action, show) {
  shows.set(action, show);
}

/** Note which function asks for the number again where the transaction began with another. */
export function onOtherNumber(show) {
  renumber = show;
}

/** Show what the officer does next, as the service says. */
export function goOn(standing = state.standing) {
  const action = standing.next.action.replace("OFFICER_ACTION_", "");
  shows.get(action)(standing);
}

/** Show a step by the name of its action, whatever the service says. */
export function goTo(action) {
  shows.get(action)(state.standing);
}

/** Show a step of the citizen at hand. `stage`: which of the four; `aside`: what stands in the way out. */
export function step(stage, title, ...content) {
  const section = h("section", { class: `step ${stage}` }, progress(stage), about(), h("h1", {}, title), content);
  showStep(section);
  return section;
}

/**
 * Do what a button is for, and say what was refused. Return what came of it; undefined: it was refused.
 * words: tells a refusal in other words than the service's; ofNumber: whether a wrong number is asked for again;
 * last: whether the transaction is left even so.
 */
export async function doing(button, work, { words = null, ofNumber = false, last = false } = {}) {
  const box = button.closest("section");
  box.querySelectorAll(".refused").forEach((former) => former.remove());
  try {
    return await busy(button, work);
  } catch (error) {
    if (error instanceof Left) return undefined;
    if (!(error instanceof Problem)) throw error;
    if (!box.isConnected) return undefined; // the officer went elsewhere meanwhile: it was about what is no more
    if (ofNumber && state.begun && isOfNumber(error)) renumber(error);
    else if (OVER.has(error.reason) && !isOfNumber(error)) over(refusal(error));
    else if (last && !error.retrySeconds) over(refusal(error), h("p", {}, T("leave-refused")));
    else refuse(box, error, words?.(error));
    if (error.retrySeconds) hold(button, error.retrySeconds);
    return undefined;
  }
}

/** Take a step of the transaction by a call, as {@link doing}. Return its answer; undefined too where the transaction was left meanwhile. */
export function stepping(button, call, options) {
  return doing(button, async () => {
    const answer = await call();
    moved(answer.standing);
    return answer;
  }, options);
}

/** Return the sentence in which the service says what comes next. */
export function said(standing) {
  return h("p", { class: "next" }, both(standing.next));
}

/** Return the way out of a transaction. */
export function leaving() {
  return h("button", { type: "button", class: "quiet", onclick: (event) => leave(event.target) }, T("leave"));
}

async function leave(button, options) {
  if (await doing(button, end, { last: true })) startAgain(options);
}

/** Return the way out for a number that was mistyped: it stays, to be mended. */
export function mending() {
  return h("button", { type: "button", onclick: (event) => leave(event.target, { typed: true }) }, T("number-wrong"));
}

/** Begin with the next citizen. */
export function startAgain(options) {
  forget(options);
  shows.get("BEGIN")();
}

/** Hold a button back for some seconds, and count them for who waits. */
export function hold(button, seconds) {
  const told = h("span", { class: "hint", role: "timer" });
  button.after(told);
  button.disabled = true;
  const count = (left) => {
    if (!button.isConnected) return;
    if (left > 0) {
      put(told, T("wait", { seconds: left }));
      setTimeout(() => count(left - 1), 1000);
      return;
    }
    told.remove();
    button.disabled = false;
    if (document.activeElement === document.body) button.focus();
  };
  count(seconds);
}

/** Show that a transaction came to an end, and why; what was typed stays for the next one. */
export function over(...why) {
  forget({ typed: true });
  step("decision", T("over-title"), why,
    h("div", { class: "actions" }, h("button", { type: "button", class: "main", onclick: () => shows.get("BEGIN")() }, T("begin-again"))));
}

function isOfNumber({ reason, metadata }) {
  return OF_NUMBER.has(reason) || (reason === "TRANSACTION_MISMATCH" && SAID.has(metadata.field));
}

function refuse(box, problem, words) {
  const note = words ? h("div", { class: "note bad", role: "alert" }, h("p", {}, words)) : refusal(problem);
  note.classList.add("refused");
  box.querySelector("h1").after(note);
  announce(words ?? (() => problem.text));
}

function progress(stage) {
  const at = STAGES.indexOf(stage);
  return h("ol", { class: "progress", "aria-label": T("progress") }, STAGES.map((each, index) =>
    h("li", { class: index < at ? "past" : "", "aria-current": index === at ? "step" : null }, T(`stage-${each}`))));
}

function about() {
  if (!state.standing || !state.procedure) return null;
  return h("p", { class: "about" }, h("span", {}, state.procedure.code), " ", titled(state.procedure));
}
