// The frame of every step: where one is, what was refused, and which step follows what the service says.

import { h, put } from "../shell/dom.js";
import { Problem } from "../shell/api.js";
import { busy } from "../shell/forms.js";
import { announce, refusal, showStep } from "../shell/shell.js";
import { both, T, titled } from "../shell/texts.js";
import { end } from "./calls.js";
import { forget, state } from "./state.js";

const STAGES = ["begin", "finger", "decision", "done"];
const OVER = new Set(["TRANSACTION_ENDED", "TRANSACTION_EXPIRED", "TRANSACTION_NOT_FOUND", "TRANSACTION_MISMATCH"]);
const shows = new Map();

/** Note which function shows the step of an action, "CAPTURE" for example. */
export function stepOf(action, show) {
  shows.set(action, show);
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

/** Do what a button is for, and say what was refused. Return what came of it; undefined: it was refused. */
export async function doing(button, work, { at = null } = {}) {
  const box = at ?? button.closest("section");
  box.querySelectorAll(".refused").forEach((former) => former.remove());
  try {
    return await busy(button, work);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (OVER.has(error.reason)) over(refusal(error));
    else refuse(box, error);
    if (error.retrySeconds) hold(button, error.retrySeconds);
    return undefined;
  }
}

/** Return the sentence in which the service says what comes next. */
export function said(standing) {
  return h("p", { class: "next" }, both(standing.next));
}

/** Return the way out of a transaction. */
export function leaving() {
  return h("button", { type: "button", class: "quiet", onclick: (event) => leave(event.target) }, T("leave"));
}

async function leave(button) {
  await doing(button, end);
  startAgain();
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

function refuse(box, problem) {
  const note = refusal(problem);
  note.classList.add("refused");
  box.querySelector("h1").after(note);
  announce(() => problem.text);
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
