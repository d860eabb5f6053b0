// Sign-ins that portals wait for: the citizen's finger at this counter proves one (OpenID Connect CIBA).

import { h, put } from "../shell/dom.js";
import { moment, T, titled } from "../shell/texts.js";
import { procedures, signIns } from "./calls.js";
import { state } from "./state.js";
import { doing } from "./steps.js";

/** Return the part of the first step that looks for them, by the number that was typed; `choose` is given the procedure. */
export function portalPart(number, missing, choose) {
  const found = h("div", { role: "status" });
  const look = h("button", { type: "button", class: "quiet", id: "sign-ins", onclick: () => ask(number, missing, look, found, choose) }, T("sign-ins-look"));
  return h("details", {}, h("summary", {}, T("sign-ins-have")), look, found);
}

async function ask(number, missing, button, place, choose) {
  if (!state.number) return missing();
  const waiting = await doing(button, async () => {
    const [all, known] = [await signIns(), await procedures()];
    return all.map((each) => ({ ...each, procedure: known.find(({ code }) => code === each.procedureCode) })).filter((each) => each.procedure);
  });
  if (!waiting) return undefined;
  if (!waiting.length) return put(place, h("p", {}, T("sign-ins-none")));
  const take = (each) => {
    state.signIn = each.signInId;
    choose(each.procedure);
  };
  number.addEventListener("input", () => { state.signIn = ""; put(place); }, { once: true });
  return put(place, h("fieldset", { class: "choices" }, h("legend", {}, T("sign-ins-which")), waiting.map((each) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name: "sign-in", value: each.signInId, onchange: () => take(each) }),
      h("span", {}, each.client, ": ", titled(each.procedure), h("span", { class: "hint" }, " ", T("sign-ins-until"), " ", moment(each.expireTime)))))));
}
