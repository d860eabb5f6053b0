// The auditor's page: events found, one shown whole, its proof checked here and by nobody else.

import { askOfficer } from "../counter/officer.js";
import { h } from "../shell/dom.js";
import { claim, claimed, onTrial } from "../shell/session.js";
import { header, openPage, showStep } from "../shell/shell.js";
import { T } from "../shell/texts.js";
import { checkingPanel } from "./checking.js";
import { searchPanel } from "./search.js";

const PATH = "/auditor";

if (await openPage(PATH)) {
  // A search is an event too: on trial it is on record with whoever they say they are.
  if (onTrial() && !claimed()) askOfficer((said) => { claim(said); header(PATH); open(); });
  else open();
}

function open() {
  showStep(h("div", { class: "board" }, h("h1", {}, T("page-auditor")), searchPanel(), checkingPanel()));
}
