// What a match gives: records, papers that need not be brought and those that must, and the confirmation for the dossier.

import { h, put } from "../shell/dom.js";
import { busy, field, form, wrong } from "../shell/forms.js";
import { Problem } from "../shell/api.js";
import { announce, refusal } from "../shell/shell.js";
import { both, moment, T } from "../shell/texts.js";
import { confirmation } from "./calls.js";
import { printDrawing } from "./print.js";
import { recordTable } from "./records.js";
import { state } from "./state.js";
import { startAgain, step } from "./steps.js";

const DAYS = 90;

/** Show it. verification: null where two officers vouched. */
export function showResult(verification, disclosure) {
  const next = h("button", { type: "button", class: "main", id: "next-citizen", onclick: () => startAgain() }, T("next-citizen"));
  const words = verification ? "match" : "vouched";
  step("done", T("result-title"),
    h("div", { class: "verdict good" },
      h("p", { class: "huge" }, h("span", { class: "mark", "aria-hidden": "true" }, "✓"), T(words)),
      h("p", { class: "next" }, T(`${words}-next`))),
    verification?.numberSuperseded ? h("p", { class: "note warn" }, T("number-superseded")) : null,
    h("div", { class: "two" }, papers(disclosure), drawn(verification)),
    confirming(disclosure),
    h("h2", {}, T("records")),
    disclosure.records.map((record) => recordTable(record, state.recordTypes)),
    disclosure.records.length ? null : h("p", {}, T("records-none")),
    h("p", { class: "hint" }, disclosure.legalBasis ? T("ground-law", { law: disclosure.legalBasis }) : T("ground-consent")),
    disclosure.assurance ? h("p", { class: "hint" }, both(disclosure.assurance)) : null,
    h("div", { class: "actions" }, next));
  announce(T(words));
}

function drawn(verification) {
  const finger = verification?.fingers.find((each) => each.decision === "DECISION_MATCH");
  if (!finger || !state.shown) return h("div", {});
  const paired = finger.pairedMinutiae ?? [];
  return h("div", {}, printDrawing(state.shown, paired), paired.length ? h("p", { class: "hint" }, T("paired", { count: paired.length })) : null);
}

function papers(disclosure) {
  const needed = [
    ...disclosure.missingRecords.map((each) => paper(each.paper, () => each.title)),
    ...disclosure.silentSources.map((each) => paper(each.paper, both(each), each.recourses.map((one) => h("p", { class: "hint" }, both(one))))),
    ...disclosure.disputedRecords.map((each) => paper(each.paper, T("disputed", { title: each.title }))),
    ...disclosure.refusals.map((each) => paper(each.paper, both(each))),
  ];
  const told = new Set([...disclosure.silentSources, ...disclosure.disputedRecords, ...disclosure.refusals].map((each) => each.recordType));
  const optional = disclosure.missingOptionalRecords.filter((each) => !told.has(each.recordType));
  return h("div", {},
    h("h2", {}, T("papers-spared-title")),
    disclosure.replacedPapers.length ? h("ul", { class: "papers spared" }, disclosure.replacedPapers.map((each) => h("li", { lang: "vi" }, each)))
      : h("p", {}, T("papers-spared-none")),
    h("h2", {}, T("papers-needed-title")),
    needed.length ? h("ul", { class: "papers needed" }, needed) : h("p", {}, T("papers-needed-none")),
    optional.length ? [h("h2", {}, T("papers-optional-title")),
      h("ul", { class: "papers needed" }, optional.map((each) => paper(each.paper, () => each.title)))] : null);
}

function paper(name, why, more = null) {
  return h("li", {}, name ? h("span", { lang: "vi" }, name) : T("paper-unnamed"), h("p", { class: "hint" }, why), more);
}

function confirming(disclosure) {
  const dossier = h("input", { type: "text", id: "for-dossier", value: state.dossier, autocomplete: "off" });
  const place = h("div", { class: "confirmation" });
  const entered = async (button) => {
    if (!dossier.value.trim()) return wrong(dossier, T("dossier-missing"));
    try {
      const made = await busy(button, () => confirmation(disclosure, dossier.value.trim(), DAYS));
      return confirmed(place, made, dossier.value.trim());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return place.querySelector(".told").replaceChildren(refusal(error));
    }
  };
  return put(place, h("h2", {}, T("confirmation-title")), h("div", { class: "told" }),
    form(entered, field(dossier, T("dossier"), T("confirmation-hint")), h("button", { id: "confirm" }, T("confirmation-make"))));
}

function confirmed(place, { pdf, confirmationId, expireTime }, dossier) {
  if (!place.isConnected) return; // the next citizen is at hand
  const url = URL.createObjectURL(pdf);
  state.pdf = url;
  const save = h("a", { class: "button main", href: url, download: `${dossier.replace(/[^\w.-]+/g, "-")}.pdf`, id: "save-pdf" }, T("pdf-save"));
  put(place, h("h2", {}, T("confirmation-title")),
    h("div", { class: "note good" }, h("p", { class: "large" }, T("confirmation-made")),
      h("p", {}, T("confirmation-id", { id: confirmationId }), " ", T("confirmation-until"), " ", moment(expireTime))),
    h("div", { class: "actions" }, save, h("a", { class: "button", href: url, target: "_blank", rel: "noopener" }, T("pdf-open"))));
  announce(T("confirmation-made"));
  save.focus();
}
