// Scanners by their local HTTP service: MOSIP SBI 0.9.5, on the loopback address of the counter's own machine.
//
// What a scanner says of itself is not checked here: that an impression was taken by a registered device is proven to the
// service, by what the device signs (docs/devices.md), and not to a page.

const LOOPBACK = "http://127.0.0.1";
const VERSION = "0.9.5";
const DISCOVERY_MS = 2000;
const GRACE_MS = 5000; // beyond what the device was given: for its answer to come
const MOST_BYTES = 32 << 20;

const SUBTYPES = {
  RIGHT_THUMB: "Right Thumb", RIGHT_INDEX: "Right IndexFinger", RIGHT_MIDDLE: "Right MiddleFinger",
  RIGHT_RING: "Right RingFinger", RIGHT_LITTLE: "Right LittleFinger", LEFT_THUMB: "Left Thumb",
  LEFT_INDEX: "Left IndexFinger", LEFT_MIDDLE: "Left MiddleFinger", LEFT_RING: "Left RingFinger",
  LEFT_LITTLE: "Left LittleFinger", UNKNOWN: "UNKNOWN",
};
const STATES = { "Ready": "READY", "Busy": "BUSY", "Not Ready": "NOT_READY", "Not Registered": "NOT_REGISTERED" };
const REASONS = { 100: "NOT_READY", 101: "NO_FINGER", 106: "GONE", 202: "GONE" };
const FORMATS = { 2: "WSQ", 3: "JPEG", 4: "JPEG_2000", 5: "JPEG_2000", 6: "PNG" }; // ISO/IEC 19794-4:2011, table 9

/** Nothing came of what a scanner was asked; `reason` says why, `code` and `text` are the device's own, if it said any. */
export class ScannerError extends Error {
  constructor(reason, { code = "", text = "" } = {}) {
    super(text || reason);
    this.name = "ScannerError";
    this.reason = reason;
    this.code = code;
    this.text = text;
  }
}

/** Return the scanners of fingers that answer on some ports, by port; a port on which nobody answers has none. */
export async function discover(ports, { signal } = {}) {
  const found = await Promise.all(ports.map((port) => onPort(port, signal)));
  if (signal?.aborted) throw new ScannerError("ABORTED");
  return found.flat();
}

async function onPort(port, signal) {
  try {
    const answer = await asked(port, "MOSIPDISC", "/device", { type: "Finger" }, DISCOVERY_MS, signal);
    return Array.isArray(answer) ? answer.map((one) => device(port, one)).filter(Boolean) : [];
  } catch (error) {
    if (error instanceof ScannerError) return [];
    throw error;
  }
}

function device(port, said) {
  if (said?.error?.errorCode !== "0" || typeof said.deviceId !== "string" || !STATES[said.deviceStatus]) return null;
  let about = {};
  try {
    // Signed or not: the payload is the middle part of the one, and all of the other.
    const parts = String(said.digitalId).split(".");
    about = JSON.parse(new TextDecoder().decode(bytes(parts[1] ?? parts[0])));
  } catch {
    // It is known by its id then.
  }
  return {
    id: said.deviceId,
    port,
    make: String(about.make ?? ""),
    model: String(about.model ?? ""),
    serial: String(about.serialNo ?? said.deviceId),
    status: STATES[said.deviceStatus],
    purpose: said.purpose === "Auth" ? "Auth" : "Registration",
  };
}

/**
 * Take impressions of fingers, one after another, and return them with the image cut out of its record.
 *
 * `fingers` are positions by name, or "UNKNOWN"; `seconds` is how long each is waited for; `quality`, 0 to 100, is what the
 * scanner is to wait for, and may not reach.
 */
export async function capture(of, fingers, { signal, seconds = 15, quality = 40 } = {}) {
  if (of.purpose === "Auth") throw new ScannerError("SEALED");
  const transaction = crypto.randomUUID();
  const taken = [];
  let previousHash = "";
  for (const finger of fingers) {
    const request = {
      env: "Developer", purpose: "Registration", specVersion: VERSION, timeout: String(Math.round(seconds * 1000)),
      captureTime: new Date().toISOString(), transactionId: transaction, customOpts: null,
      bio: [{
        type: "Finger", count: "1", bioSubType: [SUBTYPES[finger]], exception: [], requestedScore: String(quality),
        deviceId: of.id, deviceSubId: "0", previousHash,
      }],
    };
    const answer = await asked(of.port, "RCAPTURE", "/capture", request, seconds * 1000 + GRACE_MS, signal);
    const entry = answer?.biometrics?.[0];
    taken.push(impression(entry, finger, transaction));
    previousHash = String(entry.hash ?? "");
  }
  return taken;
}

function impression(entry, finger, transaction) {
  const error = entry?.error;
  if (error?.errorCode !== "0") throw refused(error);
  let said;
  let record;
  try {
    said = JSON.parse(new TextDecoder().decode(bytes(entry.data.split(".")[1])));
    record = bytes(said.bioValue);
  } catch {
    throw new ScannerError("ANSWER_INVALID");
  }
  // A scanner that two pages share may answer the one with what it took for the other.
  if (said.transactionId !== transaction || said.bioSubType !== SUBTYPES[finger]) throw new ScannerError("ANSWER_INVALID");
  const stated = Number.parseFloat(said.qualityScore);
  return { finger, ...imageOf(record), quality: Number.isFinite(stated) ? stated : null };
}

function refused(error) {
  if (typeof error?.errorCode !== "string") return new ScannerError("ANSWER_INVALID");
  const text = String(error.errorInfo ?? "").slice(0, 200);
  // What is busy or not ready has no code of the contract, and each maker's own.
  const told = /busy/i.test(text) ? "BUSY" : /not ready/i.test(text) ? "NOT_READY" : "REFUSED";
  return new ScannerError(REASONS[error.errorCode] ?? told, { code: error.errorCode, text });
}

/** Return the one image of a finger image record, ISO/IEC 19794-4:2011: its file, format, pixels per inch and sides. */
export function imageOf(record) {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  try {
    const [identifier, version] = [view.getUint32(0), view.getUint32(4)];
    require(identifier === 0x46495200 && version === 0x30323000); // "FIR" and "020", each with a zero
    require(view.getUint32(8) === record.length && view.getUint16(12) === 1);
    let at = 16 + 4 + 9 + 5; // general header; length, time and device of the representation
    at += 1 + 5 * view.getUint8(at);
    if (view.getUint8(14) === 1) at += 1 + 3 * view.getUint8(at);
    const unit = view.getUint8(at + 2);
    const rate = view.getUint16(at + 7);
    require((unit === 1 || unit === 2) && view.getUint16(at + 9) === rate);
    const format = FORMATS[view.getUint8(at + 12)];
    const [width, height, length] = [view.getUint16(at + 14), view.getUint16(at + 16), view.getUint32(at + 18)];
    require(format && width && height && at + 22 + length === record.length);
    return { data: record.slice(at + 22), format, resolution: unit === 1 ? rate : Math.round(rate * 2.54), width, height };
  } catch (error) {
    if (error instanceof RangeError) throw new ScannerError("ANSWER_INVALID");
    throw error;
  }
}

function require(holds) {
  if (!holds) throw new ScannerError("ANSWER_INVALID");
}

async function asked(port, verb, path, body, milliseconds, signal) {
  const late = AbortSignal.timeout(milliseconds);
  const until = signal ? AbortSignal.any([signal, late]) : late;
  let answer;
  try {
    const response = await fetch(`${LOOPBACK}:${port}${path}`, {
      method: verb, body: JSON.stringify(body), headers: { "content-type": "application/json" },
      signal: until, cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
    });
    answer = await response.text();
  } catch {
    throw new ScannerError(signal?.aborted ? "ABORTED" : late.aborted ? "SILENT" : "GONE");
  }
  try {
    require(answer.length <= MOST_BYTES);
    return JSON.parse(answer);
  } catch {
    throw new ScannerError("ANSWER_INVALID");
  }
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
