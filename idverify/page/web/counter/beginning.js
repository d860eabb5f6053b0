// The first step: for which procedure, and who says to be whom.

import { Problem } from "../shell/api.js";
import { h, put } from "../shell/dom.js";
import { clearWrong, field, form, wrong } from "../shell/forms.js";
import { hasRole } from "../shell/session.js";
import { T, titled } from "../shell/texts.js";
import { begin, procedures, recordTypes } from "./calls.js";
import { numberOf } from "./number.js";
import { portalPart } from "./portal.js";
import { procedureBox } from "./procedure_box.js";
import { keep, moved, state } from "./state.js";
import { doing, goOn, step, stepOf } from "./steps.js";
import { confirmForOther } from "./vouching.js";

/** Show it; what was typed before stays. */
export async function beginning() {
  const number = typed("number", state.number, { inputmode: "numeric", required: true });
  const dossier = typed("dossier", state.dossier);
  const slip = typed("slip", state.slip);
  for (const control of [number, dossier, slip]) {
    control.addEventListener("input", () => { state[control.id] = control === number ? numberOf(number.value) : control.value.trim(); });
  }
  const chosen = h("div", { class: "chosen", role: "status" });
  const box = procedureBox({ chosen: state.procedure, choose: (procedure) => { Object.assign(state, { procedure, signIn: "" }); tell(chosen); } });
  const section = step("begin", T("begin-title"),
    form((button) => start(button, section, { number, dossier, slip, box }),
      h("div", { class: "two" }, h("div", {}, box.element, chosen),
        h("div", {}, field(number, T("number"), T("number-hint")), field(dossier, T("dossier"), T("dossier-hint")),
          h("details", { open: Boolean(state.slip) }, h("summary", {}, T("slip-have")), field(slip, T("slip"), T("slip-hint"))),
          portalPart(number, () => wrong(number, T("number-missing")), (procedure) => { state.procedure = procedure; box.show(procedure); tell(chosen); }))),
      h("div", { class: "actions" }, h("button", { class: "main" }, T("begin")),
        hasRole("supervisor") ? h("button", { type: "button", class: "quiet", onclick: confirmForOther }, T("second-other")) : null)));
  tell(chosen);
  if (state.procedure) number.focus();
  else box.control.focus();
  const found = await doing(section.querySelector("button.main"), procedures);
  if (found) box.offer(found);
}
stepOf("BEGIN", beginning);

async function start(button, section, { number, dossier, slip, box }) {
  clearWrong(number, dossier, slip, box.control);
  if (!state.procedure) return wrong(box.control, T("procedure-missing"));
  if (!state.number) return wrong(number, T("number-missing"));
  const fields = { citizen_number: number, "context.dossier_code": dossier, slip_number: slip };
  const reasons = {
    IDENTIFIER_MALFORMED: number, SUBJECT_NOT_FOUND: number, SLIP_NOT_FOUND: slip, SLIP_CLOSED: slip, PROCEDURE_NOT_FOUND: box.control,
  };
  const begun = await doing(button, async () => {
    state.recordTypes ??= await recordTypes();
    try {
      return await begin();
    } catch (error) {
      const control = error instanceof Problem && (reasons[error.reason] ?? fields[error.errors[0]?.field]);
      if (!control) throw error;
      return { wrong: control, problem: error };
    }
  });
  if (begun?.wrong) return wrong(begun.wrong, () => begun.problem.text);
  if (!begun) return undefined;
  state.begun = begun;
  keep({ nonce: begun.nonce, transactionId: begun.standing.transactionId });
  return goOn(moved(begun.standing));
}

function tell(place) {
  const { procedure } = state;
  if (!procedure) return put(place);
  const papers = procedure.records.map((each) => each.replacedPaper).filter(Boolean);
  return put(place, h("p", { class: "title" }, titled(procedure)),
    h("p", { class: "hint" }, `${procedure.code} · ${procedure.agency}`),
    h("p", { class: "hint" }, procedure.legalBasis ? T("ground-law", { law: procedure.legalBasis }) : T("ground-consent")),
    papers.length ? h("p", { class: "hint" }, T("papers-spared", { papers: papers.join("; ") })) : null);
}

function typed(id, value, more = {}) {
  return h("input", { type: "text", id, value, autocomplete: "off", spellcheck: "false", ...more });
}
