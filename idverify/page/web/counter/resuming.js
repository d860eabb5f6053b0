// After a reload: the service says where the transaction stands. The number is asked for again, for it was kept nowhere.

import { h } from "../shell/dom.js";
import { clearWrong, field, form, wrong } from "../shell/forms.js";
import { refusal, showStep } from "../shell/shell.js";
import { both, moment, T, titled } from "../shell/texts.js";
import { decideAgain, procedures, read, recordTypes } from "./calls.js";
import { decided } from "./deciding.js";
import { numberOf } from "./number.js";
import { keep, keptTransaction, moved, state } from "./state.js";
import { doing, goOn, leaving, onOtherNumber, over, step } from "./steps.js";

/** Show what is open, and go on with it. */
export async function resume() {
  const kept = keptTransaction();
  const waiting = h("section", { class: "step narrow" }, h("h1", {}, T("resume-looking")), h("button", { type: "button", disabled: true }, T("working")));
  showStep(waiting);
  const told = await doing(waiting.querySelector("button"), async () => {
    const found = await read(kept.transactionId);
    state.procedure = (await procedures()).find((each) => each.code === found.procedureCode) ?? null;
    state.recordTypes = await recordTypes();
    return found;
  });
  if (!told) return;
  state.begun = { ...told, nonce: kept.nonce };
  state.dossier = told.dossierCode;
  const ended = told.standing.next.action === "OFFICER_ACTION_DONE";
  if (ended && !kept.decide) {
    over(h("p", {}, both(told.standing.next)));
    return;
  }
  if (ended) state.standing = told.standing; // what names it stays as it was: the answer is asked for again
  else moved(told.standing);
  ask(told, ended, kept);
}

function ask(told, ended, kept) {
  const { number, entered } = numberAgain((button) => (ended ? doing(button, () => decided(decideAgain)) : goOn()));
  step("begin", T("resume-title"),
    state.procedure ? h("p", { class: "title" }, titled(state.procedure)) : null,
    ended ? h("p", {}, T("resume-ended")) : h("p", {}, T("resume-until"), " ", moment(told.standing.expireTime)),
    form(entered, field(number, T("number"), T("resume-number")),
      h("div", { class: "actions" }, h("button", { class: "main" }, T("go-on")), ended ? null : leaving())));
  number.focus();
}

/** Ask for the number again, of which the service says that the transaction began with another; what was taken is kept. */
function otherNumber(problem) {
  keep({ decide: null });
  const { number, entered } = numberAgain(() => goOn());
  step("decision", T("other-number-title"), refusal(problem),
    form(entered, field(number, T("number"), T("number-hint")), h("div", { class: "actions" }, h("button", { class: "main" }, T("go-on")), leaving())));
  number.focus();
}
onOtherNumber(otherNumber);

function numberAgain(then) {
  const number = h("input", { type: "text", id: "number", inputmode: "numeric", autocomplete: "off" });
  const entered = (button) => {
    clearWrong(number);
    state.number = numberOf(number.value);
    return state.number ? then(button) : wrong(number, T("number-missing"));
  };
  return { number, entered };
}
