// The auditor's page: events found, one shown whole, its proof checked here and by nobody else.

import { h } from "../shell/dom.js";
import { openPage, showStep } from "../shell/shell.js";
import { T } from "../shell/texts.js";
import { checkingPanel } from "./checking.js";
import { searchPanel } from "./search.js";

if (await openPage("/auditor")) {
  showStep(h("div", { class: "board" }, h("h1", {}, T("page-auditor")), searchPanel(), checkingPanel()));
}
