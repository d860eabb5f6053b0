// Who sits at the counter, where the service does not know: asked once a window, kept until it is closed.

import { h } from "../shell/dom.js";
import { field, form, wrong } from "../shell/forms.js";
import { showStep } from "../shell/shell.js";
import { T } from "../shell/texts.js";

/** Ask, and hand over {officerId, agencyCode, counterId}. */
export function askOfficer(done) {
  const officer = h("input", { type: "text", id: "officer", autocomplete: "off", required: true });
  const agency = h("input", { type: "text", id: "agency", autocomplete: "off" });
  const counter = h("input", { type: "text", id: "counter", autocomplete: "off" });
  const entered = () => {
    if (!officer.value.trim()) return wrong(officer, T("officer-missing"));
    return done({ officerId: officer.value.trim(), agencyCode: agency.value.trim(), counterId: counter.value.trim() });
  };
  showStep(h("section", { class: "step narrow" }, h("h1", {}, T("officer-title")),
    h("p", {}, T("officer-why")),
    form(entered, field(officer, T("officer-id")), field(agency, T("agency-code"), T("agency-hint", { example: "H05.12" })), field(counter, T("counter-id")),
      h("div", { class: "actions" }, h("button", { class: "main" }, T("go-on"))))));
  officer.focus();
}
