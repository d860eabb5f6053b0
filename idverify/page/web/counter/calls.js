// The calls of a counter, by name. Each gets a key before it is sent, which its repetitions keep.

import { get, newKey, post, Problem } from "../shell/api.js";
import { acting } from "../shell/session.js";
import { keep, keptTransaction, moved, state, stepAfter } from "./state.js";

const FRESH = 300_000; // milliseconds: a change of the catalogue is seen at the counter after that
const MOST_ENDS = 3;
let listed = { at: -Infinity, all: [] };

/** Return the procedures that are in force. */
export async function procedures() {
  if (performance.now() - listed.at > FRESH) {
    listed = { all: (await get("/v1/procedures")).procedures, at: performance.now() };
  }
  return listed.all;
}

/** Return the kinds of records by their code, whose schemas name the fields. */
export async function recordTypes() {
  const { recordTypes: all } = await get("/v1/recordTypes");
  return new Map(all.map((each) => [each.code, each]));
}

/** Begin a transaction for the procedure and the citizen of the state. */
export function begin() {
  return post("/v1/transactions", {
    context: { ...acting(), procedureCode: state.procedure.code, dossierCode: state.dossier },
    citizenNumber: state.number,
    slipNumber: state.slip,
    signInId: state.signIn,
  });
}

/** Return what portals wait for from the citizen of the state. */
export const signIns = async () => (await post("/v1/signIns:list", { context: acting(), citizenNumber: state.number })).signIns;

/** Return where an open transaction stands, and all that it began with. */
export const read = (id) => get(`/v1/transactions/${id}`);

/** Hand in an impression: {finger, blob, format, resolution, record}. */
export function capture(sample) {
  return post(path("/captures"), formOf(sample, { step: stepAfter() }));
}

/** Return the minutiae of an impression, to be drawn. */
export function minutiaeOf(sample) {
  return post("/v1/samples:extractTemplate", formOf(sample, {}));
}

/** Note that the citizen agreed. */
export const consent = (evidence) => post(path("/consent"), { step: stepAfter(), evidence });

/** Check the citizen's PIN. */
export const enterPin = (pin) => post(path(":enterPin"), { step: stepAfter(), pin });

/** Take what was read of the chip of an identity card. */
export const readCard = (card) => post(path("/cardReads"), { step: stepAfter(), card });

/** Compare, or give the disclosure at two officers' word. */
export function decide(verb) {
  const { step } = stepAfter();
  const known = keptTransaction().decide;
  if (known?.verb !== verb || known.step !== step) keep({ decide: { verb, key: newKey(), step } });
  return decideAgain();
}

/** Ask what was asked last, after a reload: the same question has the same answer. */
export function decideAgain() {
  const { verb, key, step } = keptTransaction().decide;
  return post(path(`:${verb}`), { step: { ...stepAfter(), step }, citizenNumber: state.number }, { key });
}

/** Ask for an exception. */
export const askException = (said) => post(path(":askException"), { step: stepAfter(), citizenNumber: state.number, ...said });

/** Confirm one as the second officer: at this counter by their ticket, or from a machine of their own. */
export function confirmException(transactionId, said, witness) {
  const context = witness ? {} : acting();
  return post(`/v1/transactions/${encodeURIComponent(transactionId)}:confirmException`, { context, ...said }, { witness });
}

/** End a transaction that comes to nothing, wherever it stands by now: an answer may be on its way that moves it on. consentRefused: the trail says so. */
export async function end({ consentRefused = false } = {}) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await post(path(":end"), { step: stepAfter(), consentRefused });
    } catch (error) {
      if (!(error instanceof Problem) || error.metadata.field !== "step" || tried === MOST_ENDS) throw error;
      moved((await read(stepAfter().transactionId)).standing);
    }
  }
}

/** Make the confirmation for the dossier, of what was disclosed; return it with its printed form. */
export async function confirmation(disclosure, dossierCode, days) {
  const context = { ...acting(), procedureCode: state.procedure.code, dossierCode };
  const issued = await post("/v1/confirmations", {
    context, assertionJwt: disclosure.assertion.jwt, citizenNumber: state.number, records: disclosure.records, days,
  });
  const pdf = await post("/v1/confirmations:print", { context, sdJwt: issued.sdJwt }, { accept: "application/pdf" });
  return { ...issued, pdf };
}

function path(rest) {
  return `/v1/transactions/${stepAfter().transactionId}${rest}`;
}

function formOf(sample, request) {
  const form = new FormData();
  const stated = { fingerPosition: `FINGER_POSITION_${sample.finger}` };
  if (sample.format) stated.image = { format: `IMAGE_FORMAT_${sample.format}` };
  if (sample.resolution) stated.image = { ...stated.image, resolutionPpi: sample.resolution };
  form.append("request", new Blob([JSON.stringify({ ...request, sample: stated })], { type: "application/json" }), "request.json");
  form.append("sample.image", sample.blob, "print");
  return form;
}
