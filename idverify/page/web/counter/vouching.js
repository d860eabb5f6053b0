// Without a finger: an officer vouches for the citizen, and a second one confirms.

import { get, Problem } from "../shell/api.js";
import { h, put } from "../shell/dom.js";
import { choices, chosenOf, clearWrong, field, form, select, wrong } from "../shell/forms.js";
import { onTrial, session } from "../shell/session.js";
import { refusal } from "../shell/shell.js";
import { T } from "../shell/texts.js";
import { askException, confirmException, decide, read } from "./calls.js";
import { decided } from "./deciding.js";
import { keptTransaction, moved, state } from "./state.js";
import { numberOf } from "./number.js";
import { doing, goOn, goTo, leaving, over, said, step, stepOf, stepping } from "./steps.js";

const REASONS = ["NO_USABLE_FINGER", "INJURED", "CAPTURE_FAILED", "SCANNER_BROKEN"];
const DOCUMENTS = ["IDENTITY_CARD", "PASSPORT", "BIRTH_CERTIFICATE", "DRIVING_LICENCE", "HEALTH_INSURANCE_CARD", "OTHER"];
const MOST_DOCUMENTS = 10;
const LOOK_EVERY = 3000;

/** Return the button that leads here; null where the procedure does not allow it. */
export function exceptionButton() {
  if (!state.procedure?.exceptionsAllowed) return null;
  return h("button", { type: "button", id: "exception", onclick: () => asking() }, T("exception"));
}

function asking() {
  const note = h("textarea", { id: "note", rows: 2, maxlength: 300 });
  const documents = h("div", { class: "documents" }, documentRow(0));
  const more = h("button", { type: "button", class: "quiet", onclick: () => {
    const count = documents.children.length;
    if (count < MOST_DOCUMENTS) documents.append(documentRow(count));
  } }, T("document-more"));
  const missing = h("p", { class: "wrong", role: "alert" });
  const asked = async (button) => {
    const reason = chosenOf(section, "reason");
    put(missing);
    if (!reason) {
      put(missing, T("exception-reason-missing"));
      return section.querySelector('input[name="reason"]').focus();
    }
    const seen = [...documents.children].map((row) => ({
      kind: `DOCUMENT_KIND_${row.querySelector("select").value}`, number: row.querySelector("input").value.trim(),
    })).filter((each) => each.number);
    if (!seen.length) return wrong(documents.querySelector("input"), T("document-missing"));
    const stated = { reason: `EXCEPTION_REASON_${reason}`, note: note.value.trim(), documents: seen };
    const answer = await stepping(button, () => askException(stated), { ofNumber: true });
    return answer && goOn();
  };
  const section = step("decision", T("exception-title"), h("p", {}, T("exception-why")),
    form(asked, choices("reason", T("exception-reason"), REASONS.map((each) => [each, T(`exception-${each}`)])), missing,
      h("fieldset", {}, h("legend", {}, T("documents")), documents, more),
      field(note, T("note")),
      h("div", { class: "actions" }, h("button", { class: "main" }, T("exception-ask")),
        h("button", { type: "button", onclick: () => goOn() }, T("back")))));
}

function documentRow(place) {
  const kind = select(`kind-${place}`, DOCUMENTS.map((each) => [each, T(`document-${each}`)]));
  const number = h("input", { type: "text", id: `document-${place}`, autocomplete: "off" });
  return h("div", { class: "two" }, field(kind, T("document-kind")), field(number, T("document-number")));
}

function secondOfficer(standing) {
  const { transactionId } = keptTransaction();
  const place = h("div", {});
  step("decision", T("second-title"), said(standing), h("p", {}, T("second-why")),
    h("p", { class: "large code" }, transactionId), place,
    h("p", { role: "status" }, T("second-waiting")),
    h("div", { class: "actions" }, leaving()));
  if (!onTrial() && session().signedIn) here(place, transactionId);
  watch(place, transactionId);
}
stepOf("SECOND_OFFICER", secondOfficer);

/** Look whether the second officer has confirmed meanwhile, from wherever. */
function watch(place, transactionId) {
  setTimeout(async () => {
    if (!place.isConnected) return;
    const standing = await standingOf(place, transactionId);
    if (!standing || !place.isConnected) return;
    if (standing.next.action === "OFFICER_ACTION_SECOND_OFFICER") watch(place, transactionId);
    else goOn(moved(standing));
  }, LOOK_EVERY);
}

async function standingOf(place, transactionId) {
  try {
    return (await read(transactionId)).standing;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (place.isConnected) over(refusal(error));
    return null;
  }
}

function here(place, transactionId) {
  const open = h("button", { type: "button", onclick: () => {
    const path = `${session().signInPath}?as=second&transaction=${encodeURIComponent(transactionId)}`;
    waitForWitness(place, transactionId, window.open(path, "_blank", "popup,width=600,height=700"));
  } }, T("second-here"));
  put(place, open);
}

async function waitForWitness(place, transactionId, popup) {
  for (;;) {
    const told = await get(`/session/witness?transaction=${encodeURIComponent(transactionId)}`);
    if (!place.isConnected) return;
    if (told.witness) {
      popup?.close();
      confirmHere(place, told);
      return;
    }
    await new Promise((resolve) => { setTimeout(resolve, 1500); });
  }
}

function confirmHere(place, { witness, ticket }) {
  const { transactionId } = keptTransaction();
  const asked = statement(async (said, button) => {
    const confirmed = async () => {
      await confirmException(transactionId, said, ticket);
      return read(transactionId);
    };
    if (await stepping(button, confirmed)) goOn();
  });
  put(place, h("p", {}, T("second-is", { officer: witness.name || witness.id })), asked);
  asked.querySelector("input").focus();
}

/** Confirm, from a machine of one's own, what an officer elsewhere asked for. */
export function confirmForOther() {
  const transaction = h("input", { type: "text", id: "transaction", autocomplete: "off", spellcheck: "false" });
  const asked = statement(async (said, button) => {
    if (!transaction.value.trim()) return wrong(transaction, T("transaction-missing"));
    const answer = await doing(button, () => confirmException(transaction.value.trim(), said));
    return answer && step("decision", T("second-done-title"), h("p", { class: "note good" }, T("second-done", { officer: answer.firstOfficerId })),
      h("div", { class: "actions" }, h("button", { type: "button", class: "main", onclick: () => goTo("BEGIN") }, T("go-on"))));
  }, field(transaction, T("transaction"), T("transaction-hint")));
  step("decision", T("second-other-title"), h("p", {}, T("exception-why")), asked,
    h("div", { class: "actions" }, h("button", { type: "button", onclick: () => goTo("BEGIN") }, T("back"))));
  transaction.focus();
}

/** Return the form in which the second officer says of citizen and reason what the first said. */
function statement(act, ...before) {
  const number = h("input", { type: "text", id: "second-number", inputmode: "numeric", autocomplete: "off" });
  const made = form((button) => {
    clearWrong(number);
    const reason = chosenOf(made, "second-reason");
    if (!numberOf(number.value) || !reason) return wrong(number, T("second-missing"));
    return act({ citizenNumber: numberOf(number.value), reason: `EXCEPTION_REASON_${reason}` }, button);
  }, before, field(number, T("number"), T("second-number-hint")),
  choices("second-reason", T("exception-reason"), REASONS.map((each) => [each, T(`exception-${each}`)])),
  h("button", { class: "main", id: "second-confirm" }, T("second-confirm")));
  return made;
}

function concluding(standing) {
  const conclude = h("button", { type: "button", class: "main", onclick: () => doing(conclude, () => decided(() => decide("authenticateByException")), { ofNumber: true }) }, T("conclude"));
  step("decision", T("conclude-title"), said(standing), h("div", { class: "actions" }, conclude, leaving()));
  conclude.focus();
}
stepOf("CONCLUDE", concluding);
