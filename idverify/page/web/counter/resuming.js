// After a reload: the service says where the transaction stands. The number is asked for again, for it was kept nowhere.

import { h } from "../shell/dom.js";
import { clearWrong, field, form, wrong } from "../shell/forms.js";
import { showStep } from "../shell/shell.js";
import { both, moment, T, titled } from "../shell/texts.js";
import { decideAgain, procedures, read, recordTypes } from "./calls.js";
import { decided } from "./deciding.js";
import { keptTransaction, moved, state } from "./state.js";
import { doing, goOn, leaving, over, step } from "./steps.js";

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
  const number = h("input", { type: "text", id: "number", inputmode: "numeric", autocomplete: "off" });
  const entered = async (button) => {
    clearWrong(number);
    state.number = number.value.trim();
    if (!state.number) return wrong(number, T("number-missing"));
    if (!ended) return goOn();
    return doing(button, () => decided(decideAgain));
  };
  step("begin", T("resume-title"),
    state.procedure ? h("p", { class: "title" }, titled(state.procedure)) : null,
    ended ? h("p", {}, T("resume-ended")) : h("p", {}, T("resume-until"), " ", moment(told.standing.expireTime)),
    form(entered, field(number, T("number"), T("resume-number")),
      h("div", { class: "actions" }, h("button", { class: "main" }, T("go-on")), ended ? null : leaving())));
  number.focus();
}
