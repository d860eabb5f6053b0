// Scanners on the clerk's own machine, by their local HTTP service (MOSIP SBI).

import { get } from "../shell/api.js";
import { h, put } from "../shell/dom.js";
import { announce } from "../shell/shell.js";
import { T } from "../shell/texts.js";
import { capture, discover, ScannerError } from "../scanner/scanner.js";

const MEDIA = { PNG: "image/png", JPEG: "image/jpeg", JPEG_2000: "image/jp2", WSQ: "image/x-wsq" };
const LOST = new Set(["GONE", "NOT_READY", "SILENT"]); // it may be another one by now, or elsewhere
let devices = null;

/** Return the part of the step that takes a print from a scanner. `hand` is given the sample, `finger` tells which. */
export function scannerPart(hand, finger) {
  const place = h("div", { class: "scanner" });
  if (devices?.length) offer(place, hand, finger);
  else look(place, hand, finger);
  return place;
}

async function look(place, hand, finger) {
  put(place, h("p", { class: "hint" }, T("scanner-looking")));
  const { scannerPorts } = await get("/page/surroundings.json");
  devices = scannerPorts.length ? (await discover(scannerPorts)).filter((each) => each.purpose === "Registration") : [];
  if (place.isConnected) offer(place, hand, finger);
}

function offer(place, hand, finger) {
  if (!devices.length) {
    put(place, h("p", { class: "hint" }, T("scanner-none")), again(place, hand, finger));
    return;
  }
  const which = h("select", { id: "scanner", "aria-label": T("scanner") }, devices.map((each, index) =>
    h("option", { value: index }, `${each.make} ${each.model} ${each.serial}`)));
  const told = h("div", {});
  const start = h("button", { type: "button", class: "main", id: "scan", onclick: () => scan(devices[which.value], start, told, hand, finger(), () => again(place, hand, finger)) }, T("scan"));
  put(place, devices.length > 1 ? which : h("p", { class: "hint" }, `${devices[0].make} ${devices[0].model}`), start, told);
}

function again(place, hand, finger) {
  return h("button", { type: "button", class: "quiet", onclick: () => look(place, hand, finger) }, T("scanner-again"));
}

async function scan(device, start, told, hand, finger, lookAgain) {
  put(told);
  start.disabled = true;
  announce(T("scanner-place"));
  put(told, h("p", { class: "next" }, T("scanner-place")));
  try {
    const [print] = await capture(device, [finger]);
    put(told);
    hand({
      blob: new Blob([print.data], { type: MEDIA[print.format] ?? "" }), format: print.format, resolution: print.resolution,
      finger: print.finger === "UNKNOWN" ? finger : print.finger,
    });
  } catch (error) {
    if (!(error instanceof ScannerError)) throw error;
    const words = T(`scanner-${error.reason.toLowerCase().replaceAll("_", "-")}`);
    put(told, h("p", { class: "note warn", role: "alert" }, words, error.text && error.reason === "REFUSED" ? ` (${error.text})` : ""),
      LOST.has(error.reason) ? lookAgain() : null);
  } finally {
    start.disabled = false;
  }
}
