// What the counter knows of the citizen before it. Only what names the transaction outlives a reload, in this window alone:
// no number, no name, no record and no image is kept in the browser.

const KEPT = "idverify.transaction";

/** Everything of the citizen at hand. */
export const state = fresh();

function fresh() {
  return {
    procedure: null, number: "", dossier: "", slip: "", signIn: "", begun: null, standing: null,
    finger: null, shown: null, poor: 0, kept: false, recordTypes: null, pdf: null,
  };
}

/** Forget the citizen; the procedure stays chosen for the next one. */
export function forget({ typed = false } = {}) {
  const { procedure, recordTypes, number, dossier, slip } = state;
  for (const url of [state.shown?.url, state.pdf]) if (url) URL.revokeObjectURL(url);
  Object.assign(state, fresh(), { procedure, recordTypes }, typed ? { number, dossier, slip } : {});
  sessionStorage.removeItem(KEPT);
}

/** Return what names the open transaction: {transactionId, nonce, step, decide}; null: none is open. */
export function keptTransaction() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
}

/** Note where the transaction stands. */
export function keep(changes) {
  sessionStorage.setItem(KEPT, JSON.stringify({ ...keptTransaction(), ...changes }));
}

/** An answer came about a transaction that was left meanwhile: nothing of it is for the citizen at hand. */
export class Left extends Error {}

/** Take over where an answer says that the transaction stands. Throws Left. */
export function moved(standing) {
  if (!isOpen(standing)) throw new Left();
  state.standing = standing;
  keep({ transactionId: standing.transactionId, step: standing.step });
  return standing;
}

function isOpen(standing) {
  return keptTransaction()?.transactionId === standing.transactionId;
}

/** Return what the next step shows of the one before. */
export function stepAfter() {
  const { transactionId, nonce, step } = keptTransaction();
  return { transactionId, nonce, step };
}
