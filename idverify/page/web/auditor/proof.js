// Checks a proof of the audit trail without the service: with the public key of its log, and those of witnesses.
//
// c2sp.org/tlog-proof, tlog-checkpoint, signed-note and tlog-cosignature; the tree of RFC 6962, by the algorithm of RFC 9162
// section 2.1.3.2; SHA-256, HMAC and Ed25519 by WebCrypto. Runs in a browser, in a worker and in Node; asks nobody anything.

import { parseCanonical } from "./canonical_json.js";

const FORMAT = "c2sp.org/tlog-proof@v1";
const [NOTE, COSIGNATURE] = [1, 4];
const [LARGEST, LARGEST_NOTE, MOST_HASHES, MOST_SIGNATURES] = [1 << 22, 1 << 20, 63, 100];
const LARGEST_NUMBER = (1n << 63n) - 1n;
const TOLD = new Set(["assertion", "assertion_sha256"]); // of the details, what the caller knows
const UTF8 = new TextEncoder();

/** A proof shows nothing; `reason` says why, as `idverify audit verify` does. */
export class ProofRefused extends Error {
  constructor(reason, text) {
    super(text);
    this.name = "ProofRefused";
    this.reason = reason;
  }
}

/**
 * Check a proof, and return what it shows.
 *
 * `content` are the bytes of the file; `keys` those of the log, as text (NAME+ID+BASE64), whose name is the origin that is
 * accepted; each of `witnesses` must have cosigned; `assertion` is a JWT that the event must be that of.
 */
export async function checkProof(content, keys, { witnesses = [], assertion = null } = {}) {
  const file = parseFile(content);
  const [accepted, seers] = [await Promise.all(keys.map(parseKey)), await Promise.all(witnesses.map(parseKey))];
  const ofLog = accepted.filter((key) => key.name === file.checkpoint.origin && key.kind === NOTE);
  const signed = await vouched(file.note, ofLog);
  const seen = await vouched(file.note, seers);
  if (!signed.length) throw new ProofRefused("PROOF_NOT_SIGNED", "no key that was given signs the checkpoint of this log");
  const leaf = await sha256(Uint8Array.of(0), await entryOf(file.opening));
  const { size, root } = file.checkpoint;
  if (!(await isIncluded(leaf, file.index, size, file.path, root))) {
    throw new ProofRefused("PROOF_NOT_IN_LOG", "the event is not in the log that was signed, or not there");
  }
  const witnessed = new Map(seen.filter((each) => each.time !== null).map(({ key, time }) => [key.text, time]));
  for (const key of seers) {
    if (!witnessed.has(key.text)) throw new ProofRefused("PROOF_NOT_WITNESSED", `${key.name} has not cosigned the checkpoint`);
  }
  const event = eventOf(file.opening);
  if (assertion !== null) await requireAssertion(event, assertion);
  return {
    event,
    whole: file.opening.kept !== null,
    index: String(file.index),
    origin: file.checkpoint.origin,
    size: String(size),
    root: base64(root),
    signedBy: signed.map(({ key }) => key.text),
    witnessed: seers.map((key) => ({ name: key.name, time: moment(witnessed.get(key.text)) })),
    passedOver: file.note.signatures.length - signed.length - seen.length,
  };
}

// --- the file

function parseFile(content) {
  malformedUnless(content.length <= LARGEST, "a proof is too long");
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new ProofRefused("PROOF_MALFORMED", "a proof is not UTF-8");
  }
  const cut = text.indexOf("\n\n");
  malformedUnless(cut >= 0, `a proof begins with ${FORMAT}, and has a checkpoint after an empty line`);
  const lines = text.slice(0, cut).split("\n");
  malformedUnless(lines.shift() === FORMAT, `a proof begins with ${FORMAT}`);
  const extra = lines[0]?.startsWith("extra ") ? decoded(lines.shift().slice(6), "what is extra in a proof") : null;
  malformedUnless(extra?.length, "a proof holds no event");
  malformedUnless(lines[0]?.startsWith("index "), "a proof has no index");
  const index = number(lines.shift().slice(6), "the index of a proof");
  malformedUnless(lines.length <= MOST_HASHES, "a proof has too many hashes");
  const path = lines.map((line) => hash(line, "a hash of a proof"));
  const note = parseNote(text.slice(cut + 2));
  return { index, path, note, checkpoint: parseCheckpoint(note.text), opening: parseOpening(extra) };
}

function parseNote(text) {
  const sound = text.length <= LARGEST_NOTE && !/[\0-\x09\x0b-\x1f]/.test(text);
  malformedUnless(sound, "a note is too long, or has control characters");
  const cut = text.lastIndexOf("\n\n");
  malformedUnless(cut >= 0 && text.endsWith("\n") && text.length > cut + 2, "a note is a text, an empty line, and signatures");
  const signatures = text.slice(cut + 2, -1).split("\n").map(parseSignature);
  malformedUnless(signatures.length <= MOST_SIGNATURES, "a note has too many signatures");
  return { text: text.slice(0, cut + 1), signatures };
}

function parseSignature(line) {
  const [dash, name, content, ...more] = line.split(" ");
  const sound = dash === "\u2014" && isKeyName(name) && content !== undefined && !more.length;
  malformedUnless(sound, "a line of signature is not a dash, a name and base64");
  const signature = decoded(content, "a signature");
  malformedUnless(signature.length > 4, "a signature is too short");
  return { name, id: hexadecimal(signature.slice(0, 4)), signature: signature.slice(4) };
}

function parseCheckpoint(text) {
  const lines = text.split("\n");
  malformedUnless(lines.pop() === "" && lines.length >= 3 && lines.every(Boolean), "a checkpoint is three lines at least");
  return { origin: lines[0], size: number(lines[1], "the size of a checkpoint"), root: hash(lines[2], "its root") };
}

// --- keys and signatures

async function parseKey(text) {
  const [name, id, ...rest] = text.split("+");
  let material = new Uint8Array();
  try {
    material = decoded(rest.join("+"), "a verifier key");
  } catch {
    // Said below.
  }
  const sound = isKeyName(name) && material.length === 33 && [NOTE, COSIGNATURE].includes(material[0]);
  if (!sound || hexadecimal((await sha256(UTF8.encode(`${name}\n`), material)).slice(0, 4)) !== id) {
    throw new ProofRefused("KEY_MALFORMED", "a verifier key is NAME+ID+BASE64, and its id that of its name and key");
  }
  const key = await crypto.subtle.importKey("raw", material.slice(1), { name: "Ed25519" }, false, ["verify"]);
  return { text, name, id, kind: material[0], key };
}

/** Return which of some keys vouch for a note, each with the time it states; those of others are passed over. */
async function vouched(note, keys) {
  const found = [];
  for (const { name, id, signature } of note.signatures) {
    for (const key of keys.filter((one) => one.name === name && one.id === id)) {
      found.push({ key, time: await timeOf(note.text, key, signature) });
    }
  }
  return found;
}

async function timeOf(text, key, signature) {
  let [time, message, own] = [null, text, signature];
  if (key.kind === COSIGNATURE) {
    time = signature.slice(0, 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    [message, own] = [`cosignature/v1\ntime ${time}\n${text}`, signature.slice(8)];
  }
  const holds = own.length === 64 && (await crypto.subtle.verify("Ed25519", key.key, own, UTF8.encode(message)));
  if (!holds || (time !== null && time > LARGEST_NUMBER)) {
    throw new ProofRefused("PROOF_SIGNATURE_INVALID", `the signature by ${key.name} does not hold`);
  }
  return time;
}

// --- the event (docs/transparency-log.md)

function parseOpening(extra) {
  const fields = canonical(new TextDecoder("latin1").decode(extra));
  const whole = "kept" in fields;
  const names = whole ? ["kept", "kept_salt", "told", "told_salt"] : ["kept_digest", "told", "told_salt"];
  const sound = Object.keys(fields).join() === names.join() && names.every((name) => typeof fields[name] === "string");
  malformedUnless(sound, "a proof holds more than an event");
  const told = part(fields, "told", (name) => TOLD.has(name));
  malformedUnless(!("subject_id" in told.content), "a proof tells what is kept");
  if (!whole) return { told, kept: null, keptDigest: hash(fields.kept_digest, "a digest") };
  const kept = part(fields, "kept", (name) => !TOLD.has(name));
  malformedUnless(Object.keys(kept.content).join() === "details,subject_id", "a proof keeps what is told");
  return { told, kept, keptDigest: null };
}

function part(fields, name, belongs) {
  const content = canonical(fields[name]);
  malformedUnless(isObject(content.details), "a proof holds no event");
  const sound = Object.keys(content.details).every(belongs);
  malformedUnless(sound, "a proof tells details that are kept, or keeps those that are told");
  return { text: fields[name], salt: hash(fields[`${name}_salt`], "a salt"), content };
}

async function entryOf({ told, kept, keptDigest }) {
  const digests = [await digestOf(told), keptDigest ?? (await digestOf(kept))];
  return sha256(UTF8.encode("idverify log entry v1\n"), ...digests);
}

async function digestOf({ text, salt }) {
  const key = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, UTF8.encode(text)));
}

function eventOf({ told, kept }) {
  if (!kept) return told.content;
  return { ...told.content, ...kept.content, details: { ...told.content.details, ...kept.content.details } };
}

async function requireAssertion(event, assertion) {
  const digest = hexadecimal(await sha256(UTF8.encode(assertion.trim())));
  if (event.details.assertion_sha256 !== digest) {
    const text = event.details.assertion_sha256 ? "the event is that of another assertion" : "the event has no assertion";
    throw new ProofRefused("PROOF_OF_ANOTHER_ASSERTION", text);
  }
}

// --- the tree

async function isIncluded(leaf, index, size, path, root) {
  if (index >= size) return false;
  let [place, last, found] = [index, size - 1n, leaf];
  for (const other of path) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      found = await sha256(Uint8Array.of(1), other, found);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      found = await sha256(Uint8Array.of(1), found, other);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && found.every((byte, at) => byte === root[at]);
}

// --- small things

async function sha256(...pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((at, piece) => (whole.set(piece, at), at + piece.length), 0);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

function malformedUnless(holds, text) {
  if (!holds) throw new ProofRefused("PROOF_MALFORMED", text);
}

function canonical(text) {
  try {
    const content = parseCanonical(text);
    if (isObject(content)) return content;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ProofRefused("PROOF_MALFORMED", "a proof holds no event, or is written as nobody writes it");
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isKeyName(name) {
  return Boolean(name) && !/[\s+\0-\x1f\x85]/.test(name);
}

function number(text, what) {
  malformedUnless(/^(?:0|[1-9]\d{0,18})$/.test(text) && BigInt(text) <= LARGEST_NUMBER, `${what} is not a number`);
  return BigInt(text);
}

function hash(text, what) {
  const content = decoded(text, what);
  malformedUnless(content.length === 32, `${what} has not 32 bytes`);
  return content;
}

/** Read base64 that nobody would have written otherwise: padded, without blanks, its last bits zero. */
function decoded(text, what) {
  let content;
  try {
    content = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new ProofRefused("PROOF_MALFORMED", `${what} is not base64`);
  }
  malformedUnless(base64(content) === text, `${what} is base64 that nobody writes`);
  return content;
}

function base64(content) {
  return btoa(Array.from(content, (byte) => String.fromCharCode(byte)).join(""));
}

function hexadecimal(content) {
  return Array.from(content, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function moment(seconds) {
  const time = new Date(Number(seconds) * 1000);
  return Number.isNaN(time.getTime()) ? String(seconds) : time.toISOString();
}
