// The counter: who is at it, then one citizen after the other.

import { claim, claimed, onTrial } from "../shell/session.js";
import { header, openPage } from "../shell/shell.js";
import "./capturing.js";
import "./consenting.js";
import "./proving.js";
import { askOfficer } from "./officer.js";
import { beginning } from "./beginning.js";
import { keptTransaction } from "./state.js";
import { resume } from "./resuming.js";

const PATH = "/";

if (await openPage(PATH)) {
  if (onTrial() && !claimed()) askOfficer((said) => { claim(said); header(PATH); open(); });
  else open();
}

function open() {
  if (keptTransaction()?.transactionId) resume();
  else beginning();
}
