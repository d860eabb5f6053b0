// A file that the browser saves.

import { h } from "../shell/dom.js";

const KEPT_MS = 60_000;

/** Have a blob saved under a name. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
