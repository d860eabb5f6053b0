// A finger: which one, from a scanner or a file, how good it is, and what to do better.

import { h, put } from "../shell/dom.js";
import { announce } from "../shell/shell.js";
import { T } from "../shell/texts.js";
import { capture, decide, minutiaeOf } from "./calls.js";
import { decided } from "./deciding.js";
import { exceptionButton } from "./vouching.js";
import { hands } from "./hands.js";
import { fileWords } from "./file_words.js";
import { bytesOf, readRecord } from "./minutiae.js";
import { printDrawing } from "./print.js";
import { scannerPart } from "./scanning.js";
import { state } from "./state.js";
import { doing, goOn, leaving, said, step, stepOf, stepping } from "./steps.js";

const SHOWN = new Set(["image/png", "image/jpeg", "image/bmp", "image/webp", "image/gif"]);
const RESOLUTIONS = ["", "500", "1000", "250"];
const KEPT_RESOLUTION = "idverify.resolution";
const GOOD = 60;
let stopListening = () => {};

/** Show the step of a finger. */
export function capturing(standing) {
  const wanted = state.begun.wantedFingers.map(short);
  state.finger = short(standing.next.fingerPosition) || wanted[0] || "RIGHT_INDEX";
  const hidden = new Map(state.begun.unavailableFingers.map((each) => [short(each.exception.fingerPosition), each]));
  const outcome = h("div", { class: "outcome" });
  const chooser = hands({ wanted: [state.finger, ...wanted.filter((each) => each !== state.finger)], hidden, chosen: state.finger, choose: (name) => { state.finger = name; } });
  const file = h("input", { type: "file", id: "file", class: "file", accept: "image/*,.wsq,.jp2,.bmp,.tif,.tiff" });
  const resolution = resolutions();
  const hand = (sample) => taken({ resolution: Number(resolution.value) || 0, ...sample, finger: sample.finger ?? state.finger }, outcome, resolution);
  file.addEventListener("change", () => { if (file.files[0]) hand({ blob: file.files[0], file: true }); file.value = ""; });
  const drop = dropPlace(hand, file, resolution);
  step("finger", T("finger-title"), said(standing),
    h("div", { class: "two" }, chooser, h("div", {}, outcome, scannerPart(hand, () => state.finger), drop)),
    h("div", { class: "actions" }, exceptionButton(), leaving()));
  listenToPaste(hand);
}
stepOf("CAPTURE", capturing);

function dropPlace(hand, file, resolution) {
  const place = h("div", { class: "drop" },
    h("div", { class: "choosing" }, file, h("label", { for: "file", class: "button" }, T("file"))), h("p", { class: "hint" }, T("file-hint")),
    h("label", { for: "resolution", class: "inline" }, T("resolution")), resolution);
  place.addEventListener("dragover", (event) => { event.preventDefault(); place.classList.add("over"); });
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    if (event.dataTransfer.files[0]) hand({ blob: event.dataTransfer.files[0], file: true });
  });
  return place;
}

function resolutions() {
  const control = h("select", { id: "resolution" }, RESOLUTIONS.map((ppi) =>
    h("option", { value: ppi }, ppi ? `${ppi} ppi` : T("resolution-stated"))));
  control.value = localStorage.getItem(KEPT_RESOLUTION) ?? "";
  control.addEventListener("change", () => localStorage.setItem(KEPT_RESOLUTION, control.value));
  return control;
}

function listenToPaste(hand) {
  stopListening();
  const pasted = (event) => {
    const image = [...(event.clipboardData?.files ?? [])][0];
    if (image) hand({ blob: image, file: true });
  };
  document.addEventListener("paste", pasted);
  stopListening = () => document.removeEventListener("paste", pasted);
}

async function taken(sample, outcome, resolution) {
  if (state.shown?.asked) return; // one after the other: each is a step
  if (state.shown?.url) URL.revokeObjectURL(state.shown.url);
  const shown = { url: SHOWN.has(sample.blob.type) ? URL.createObjectURL(sample.blob) : null, record: null, looking: true, asked: true };
  state.shown = shown;
  const waiting = h("button", { type: "button", disabled: true }, T("looking"));
  put(outcome, printDrawing(shown), waiting);
  outcome.scrollIntoView({ block: "nearest" });
  const answer = await stepping(waiting, () => capture(sample), { words: sample.file ? (problem) => fileWords(problem, sample, resolution) : null });
  shown.asked = false;
  if (state.shown !== shown) return; // given up meanwhile
  shown.looking = Boolean(answer?.quality.usable);
  if (!answer) {
    put(outcome, printDrawing(shown));
    return;
  }
  state.kept ||= answer.kept;
  if (!answer.kept) state.poor += 1;
  verdict(outcome, answer);
  if (!answer.quality.usable) return; // of such a print no minutiae are told: more are false than true
  const drawn = await doing(outcome, () => minutiaeOf(sample));
  Object.assign(shown, { looking: false, record: drawn ? readRecord(bytesOf(drawn.iso1979422005)) : null });
  if (state.shown === shown) outcome.querySelector("figure")?.replaceWith(printDrawing(shown));
}

function verdict(outcome, { kept, quality, standing }) {
  const good = kept && quality.score >= GOOD;
  const words = good ? "quality-good" : kept ? "quality-fair" : "quality-poor";
  outcome.closest("section").querySelector(":scope > .next")?.remove(); // said below, as it is now
  put(outcome, printDrawing(state.shown),
    h("div", {}, h("div", { class: good ? "note good" : "note warn" },
      h("p", { class: "large" }, T(words)),
      h("p", {}, T("quality-score", { score: quality.score, minutiae: quality.minutiae }), meter(quality.score)),
      kept && !good ? h("p", {}, T("quality-fair-hint")) : null,
      kept ? null : h("p", {}, T("poor-count", { count: state.poor })),
      said(standing)),
    !state.kept ? null : onward(kept, standing.next.action === "OFFICER_ACTION_AUTHENTICATE")));
  announce(T(words));
  if (kept) outcome.querySelector("button").focus();
}

function onward(kept, ready) {
  const act = (event) => {
    stopListening();
    if (ready) doing(event.target, () => decided(() => decide("authenticate")), { ofNumber: true });
    else goOn();
  };
  return h("button", { type: "button", class: kept ? "main" : "quiet", onclick: act }, T(ready ? "compare" : "go-on"));
}

function meter(score) {
  return h("meter", { min: 0, max: 100, low: 30, high: GOOD, optimum: 100, value: score, "aria-label": T("quality") });
}

function short(position) {
  const name = (position ?? "").replace("FINGER_POSITION_", "");
  return name === "UNSPECIFIED" || name === "UNKNOWN" ? "" : name;
}
