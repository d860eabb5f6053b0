// Calls of /v1, as any client makes them. What cannot be reached is asked again with the same key, so that it is done once.

import { languageNow } from "./texts.js";
import { ownerChanged, readSession, session } from "./session.js";

const LATER = new Set([502, 503, 504]);
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;
let watcher = { trouble: () => {}, over: () => {}, other: () => {} };

/** A refusal: problem details (RFC 9457) as the service gave them. */
export class Problem extends Error {
  constructor(status, told) {
    super(told.detail || `HTTP ${status}`);
    this.status = status;
    this.reason = told.reason || "";
    this.metadata = told.metadata || {};
    this.text = told.message?.text || told.detail || `HTTP ${status}`;
    this.errors = told.errors || [];
    this.retrySeconds = told.retrySeconds || 0;
  }
}

/** Have somebody told when the service cannot be reached, when it can again, and when another officer is signed in. */
export function watchTrouble(told) {
  watcher = told;
}

/** Return a new id of a request. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Get something. */
export async function get(path) {
  return (await asked("GET", path, {})).json();
}

/**
 * Send a request, as JSON or as a form with an image.
 * key: id of the request, kept over all tries; witness: ticket of a second officer; accept: another media type, then a blob.
 */
export async function post(path, body, { key = newKey(), witness = "", accept = "" } = {}) {
  const form = body instanceof FormData;
  const headers = { "idempotency-key": key };
  if (!form) headers["content-type"] = "application/json";
  if (witness) headers["officer-witness"] = witness;
  if (accept) headers.accept = accept;
  const response = await asked("POST", path, { headers, body: form ? body : JSON.stringify(body) });
  return accept ? response.blob() : response.json();
}

async function asked(method, path, { headers = {}, body }) {
  let renewed = false;
  for (let tried = 0; ; tried += 1) {
    const response = await tryOnce(method, path, headers, body);
    if (response?.ok) {
      if (tried) watcher.over();
      return response;
    }
    const problem = response && (await problemOf(response));
    if (problem?.reason === "CSRF_TOKEN_WRONG" && !renewed) {
      renewed = true; // somebody signed in anew in another window
      await readOwner();
      continue;
    }
    const signedOut = problem?.status === 401 && session().signInNeeded;
    if (problem && !LATER.has(problem.status) && !signedOut) {
      if (tried) watcher.over();
      throw problem;
    }
    await watched(signedOut ? "signed-out" : "gone", tried);
    if (signedOut) await readOwner();
  }
}

/** Ask who is signed in. Does not return if it is somebody else: nothing of one officer is sent as another. */
async function readOwner() {
  await readSession();
  if (!ownerChanged()) return;
  watcher.other();
  await new Promise(() => {});
}

async function tryOnce(method, path, headers, body) {
  const own = { "accept-language": languageNow() };
  if (method !== "GET" && session().csrf) own["x-csrf-token"] = session().csrf;
  try {
    return await fetch(path, { method, headers: { ...own, ...headers }, body, credentials: "same-origin", cache: "no-store" });
  } catch (error) {
    if (error instanceof TypeError) return null; // what fetch says when there was no answer
    throw error;
  }
}

async function problemOf(response) {
  try {
    return new Problem(response.status, await response.json());
  } catch {
    return new Problem(response.status, {});
  }
}

/** Wait before something is tried again, while the officer is told why. kind: "gone" or "signed-out". */
export function watched(kind, tried) {
  const wait = Math.min(FIRST_WAIT * 2 ** tried, LONGEST_WAIT);
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, kind === "signed-out" ? 3_600_000 : wait);
    watcher.trouble(kind, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
