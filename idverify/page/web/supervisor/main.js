// The supervisor's page: what goes on at the counters of an agency, and what waits for a second person.

import { askOfficer } from "../counter/officer.js";
import { h } from "../shell/dom.js";
import { claim, claimed, onTrial } from "../shell/session.js";
import { header, openPage, showStep } from "../shell/shell.js";
import { T } from "../shell/texts.js";
import { actsPanel } from "./acts.js";
import { decisionsPanel } from "./decisions.js";
import { locksPanel } from "./locks.js";
import { papersPanel } from "./papers.js";
import { queuePanel } from "./queue.js";

const PATH = "/supervisor";

if (await openPage(PATH)) {
  if (onTrial() && !claimed()) askOfficer((said) => { claim(said); header(PATH); open(); });
  else open();
}

function open() {
  const panels = [queuePanel(), decisionsPanel(), actsPanel(), locksPanel(), papersPanel()];
  showStep(h("div", { class: "board" }, h("h1", {}, T("page-supervisor")), panels.map(({ section }) => section)));
  panels.forEach(({ refresh }) => refresh());
}
