// What is wrong with a file that was chosen: no scanner had a part in it.

import { T } from "../shell/texts.js";

const MEBIBYTE = 2 ** 20;
const KINDS = "PNG, JPEG, JPEG 2000, TIFF, BMP, WSQ, PGM";
const WORDS = { SAMPLE_FORMAT_UNSUPPORTED: "file-no-image", SAMPLE_RESOLUTION_UNKNOWN: "file-resolution", REQUEST_TOO_LARGE: "file-too-large" };

/** Return what tells a refusal of a file; null: the service's words do. Leads to the resolution where that is the way out. */
export function fileWords({ reason, metadata }, { blob }, resolution) {
  if (!blob.size) return T("file-empty");
  if (reason === "SAMPLE_INVALID") return metadata.cause ? null : T("file-invalid");
  if (reason === "SAMPLE_RESOLUTION_UNKNOWN") setTimeout(() => resolution.focus());
  const most = `${Math.floor(Number(metadata.limit_bytes ?? 0) / MEBIBYTE)} MiB`;
  return reason in WORDS ? T(WORDS[reason], { most, kinds: KINDS }) : null;
}
