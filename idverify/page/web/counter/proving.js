// More than a finger: the citizen's PIN, which the clerk does not see, and the chip of their card.

import { h } from "../shell/dom.js";
import { chooser, field, form, wrong } from "../shell/forms.js";
import { T } from "../shell/texts.js";
import { enterPin, readCard } from "./calls.js";
import { state } from "./state.js";
import { goOn, goTo, leaving, said, step, stepOf, stepping } from "./steps.js";

function pinStep(standing) {
  const pin = h("input", { type: "password", id: "pin", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12 });
  const entered = async (button) => {
    if (!/^\d{6,12}$/.test(pin.value)) return wrong(pin, T("pin-form"));
    const answer = await stepping(button, () => enterPin(pin.value));
    pin.value = "";
    if (!answer) return undefined;
    return answer.accepted ? goOn() : wrong(pin, T("pin-wrong", { left: answer.triesLeft }));
  };
  step("finger", T("pin-title"), said(standing),
    form(entered, field(pin, T("pin"), T("pin-hint")),
      h("div", { class: "actions" }, h("button", { class: "main" }, T("go-on")), passing("pin"), leaving())));
  pin.focus();
}
stepOf("ENTER_PIN", pinStep);

function cardStep(standing) {
  const [{ input: sod, shown: sodShown }, { input: dg1, shown: dg1Shown }] = [chooser("sod"), chooser("dg1")];
  const entered = async (button) => {
    if (!sod.files[0]) return wrong(sod, T("card-file-missing"));
    if (!dg1.files[0]) return wrong(dg1, T("card-file-missing"));
    const [securityObject, content] = await Promise.all([base64(sod.files[0]), base64(dg1.files[0])]);
    const answer = await stepping(button, () => readCard({ securityObject, dataGroups: [{ number: 1, content }] }));
    return answer && goOn();
  };
  step("finger", T("card-title"), said(standing),
    form(entered, field(sod, T("card-sod"), null, sodShown), field(dg1, T("card-dg1"), T("card-hint"), dg1Shown),
      h("div", { class: "actions" }, h("button", { class: "main" }, T("go-on")), passing("sc"), leaving())));
}
stepOf("READ_CARD", cardStep);

/** Return a way past a factor that only some fields need. */
function passing(factor) {
  if (state.begun.wantedFactors.includes(factor)) return null;
  return h("button", { type: "button", onclick: () => goTo("AUTHENTICATE") }, T("pass-by"));
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
