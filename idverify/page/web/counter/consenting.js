// The citizen is told what will be disclosed, and agrees or not. Nothing is chosen beforehand.

import { h } from "../shell/dom.js";
import { choices, chosenOf, form } from "../shell/forms.js";
import { languageNow, T } from "../shell/texts.js";
import { consent, end } from "./calls.js";
import { state } from "./state.js";
import { doing, goOn, said, startAgain, step, stepOf, stepping } from "./steps.js";

const MANNERS = ["SPOKEN", "SIGNATURE", "FINGER"];
const GIVERS = ["CITIZEN", "REPRESENTATIVE"];

function asking(standing) {
  const texts = new Map(state.begun.consentTexts.map((each) => [each.language, each]));
  const shown = () => texts.get(languageNow() === "vi" ? "LANGUAGE_VI" : "LANGUAGE_EN") ?? state.begun.consentTexts[0];
  const missing = h("p", { class: "wrong", role: "alert" });
  const agreed = (button) => {
    const [manner, giver] = [chosenOf(section, "manner"), chosenOf(section, "giver")];
    if (!manner || !giver) {
      missing.replaceChildren(h("span", {}, T("consent-missing")));
      return section.querySelector("input").focus();
    }
    const { textId, language, sha256 } = shown();
    const evidence = { textId, language, textSha256: sha256, manner: `CONSENT_MANNER_${manner}`, giver: `CONSENT_GIVER_${giver}` };
    return stepping(button, () => consent(evidence)).then((answer) => answer && section.isConnected && goOn());
  };
  const section = step("finger", T("consent-title"), said(standing),
    h("blockquote", { class: "consent" }, h("p", { lang: () => languageNow() }, () => shown().text)),
    form(agreed,
      choices("manner", T("consent-manner"), MANNERS.map((each) => [each, T(`manner-${each}`)])),
      choices("giver", T("consent-giver"), GIVERS.map((each) => [each, T(`giver-${each}`)])),
      missing,
      h("div", { class: "actions" }, h("button", { class: "main" }, T("consent-yes")),
        h("button", { type: "button", onclick: () => refused(standing) }, T("consent-no")))));
}
stepOf("CONSENT", asking);

/** Say what a refusal means before it is one: nothing is disclosed, and the citizen is served by papers. */
function refused(standing) {
  const papers = (state.procedure?.records ?? []).map((each) => each.replacedPaper).filter(Boolean);
  const ending = async () => { if (await doing(confirm, () => end({ consentRefused: true }), { last: true })) startAgain(); };
  const confirm = h("button", { type: "button", class: "main", onclick: ending }, T("consent-refuse"));
  step("finger", T("consent-refused-title"), h("p", { class: "next" }, T("consent-refused")),
    papers.length ? h("ul", { class: "papers needed" }, papers.map((each) => h("li", { lang: "vi" }, each))) : null,
    h("div", { class: "actions" }, confirm, h("button", { type: "button", onclick: () => asking(standing) }, T("back"))));
}
