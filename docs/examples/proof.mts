// Checks the proof of an event (c2sp.org/tlog-proof) with the log's public key, as docs/transparency-log.md describes it.

import { createHash, createHmac, createPublicKey, verify } from "node:crypto";

const sha256 = (...parts: (Buffer | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const base64 = (text: string) => Buffer.from(text, "base64");

/** Returns the event that a proof proves; throws if it does not. */
export function checkProof(proof: string, verifierKey: string): Record<string, unknown> {
  const [head = "", body = "", signatures = ""] = proof.split("\n\n");
  const [format, extra = "", index = "", ...path] = head.split("\n");
  if (format !== "c2sp.org/tlog-proof@v1") throw new Error("not a proof");

  // The checkpoint is signed by the log: origin, size and root of the tree.
  const [origin = "", size = "", root = ""] = body.split("\n");
  const note = `${body}\n`;
  if (!signatures.split("\n").some((line) => signs(line, note, origin, verifierKey))) throw new Error("not signed");

  // The event opens the entry, and the way from the entry leads to the root (RFC 6962, RFC 9162 2.1.3.2).
  const opened = JSON.parse(base64(extra.replace("extra ", "")).toString());
  const part = (salt: string, text: string) => createHmac("sha256", base64(salt)).update(text).digest();
  const kept = "kept" in opened ? part(opened.kept_salt, opened.kept) : base64(opened.kept_digest);
  let hash = sha256("\0", sha256("idverify log entry v1\n", part(opened.told_salt, opened.told), kept));
  let place = BigInt(index.replace("index ", ""));
  let last = BigInt(size) - 1n;
  if (place > last) throw new Error("not in the log");
  for (const line of path) {
    if (last === 0n) throw new Error("the way is too long");
    if (place & 1n || place === last) {
      hash = sha256("\x01", base64(line), hash);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      hash = sha256("\x01", hash, base64(line));
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  if (last !== 0n || !hash.equals(base64(root))) throw new Error("not in the log");
  return JSON.parse(opened.told);
}

// A key is written NAME+ID+KEY, a signature "— NAME BASE64(ID || SIGNATURE)" (c2sp.org/signed-note).
function signs(line: string, note: string, origin: string, verifierKey: string): boolean {
  const [, name, id, key = ""] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(verifierKey) ?? [];
  const [dash, signer, encoded = ""] = line.split(" ");
  const signature = base64(encoded);
  if (dash !== "—" || signer !== name || origin !== name || signature.toString("hex", 0, 4) !== id) return false;
  const material = base64(key);
  if (material[0] !== 1) throw new Error("not an Ed25519 key");
  const jwk = { kty: "OKP", crv: "Ed25519", x: material.toString("base64url", 1) };
  return verify(null, Buffer.from(note), createPublicKey({ key: jwk, format: "jwk" }), signature.subarray(4));
}
