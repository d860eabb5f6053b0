// What all pages share: header with pages, officer and language; the banner when the service is gone; focus and spoken news.

import { watched, watchTrouble } from "./api.js";
import { h, put, retell, say } from "./dom.js";
import { showOther, signOut, watchLeaving } from "./leaving.js";
import { claimed, hasRole, keepForOwner, onTrial, readSession, session, signInPath, watchSession } from "./session.js";
import { languageNow, openTexts, switchLanguage, t, T } from "./texts.js";

const PAGES = [
  { path: "/", name: "page-counter", roles: ["clerk", "supervisor"] },
  { path: "/supervisor", name: "page-supervisor", roles: ["supervisor"] },
  { path: "/auditor", name: "page-auditor", roles: ["security_officer"] },
];
const changed = new Set();

/** Open a page: texts, session, header. Return true if the officer may go on, false if they are asked to sign in. */
export async function openPage(path) {
  await openTexts();
  watchTrouble({ trouble, over, other: showOther });
  for (let tried = 0; !(await readSession()); tried += 1) await watched("gone", tried);
  over();
  keepForOwner();
  watchLeaving();
  title(path);
  changed.add(() => title(path));
  header(path);
  watchSession(() => header(path));
  if (!session().signInNeeded || session().signedIn) return true;
  askToSignIn(path);
  return false;
}

/** Have a function called after a change of the language, for what is not told by itself. */
export function onLanguage(act) {
  changed.add(act);
}

/** Show a section as the whole page, and lead keyboard and screen reader to its heading. */
export function showStep(section, { focus = true } = {}) {
  put(byId("main"), section);
  const heading = section.querySelector("h1");
  if (!focus || !heading) return;
  heading.tabIndex = -1;
  heading.focus();
  window.scrollTo(0, 0);
}

/** Say something to who listens to the page, without moving them. */
export function announce(teller) {
  const place = byId("news");
  say(place, teller);
}

/** Draw the header anew, after the officer said who they are. */
export function header(path) {
  const links = PAGES.filter((page) => hasRole(...page.roles)).map((page) =>
    h("a", { href: page.path, "aria-current": page.path === path ? "page" : null }, T(page.name)));
  put(byId("header"),
    h("p", { class: "brand" }, T("brand")),
    h("nav", { "aria-label": T("pages") }, links),
    h("div", { class: "who" }, who(), languageButton()));
}

/** Return a box that tells of a refusal. */
export function refusal(problem) {
  return h("div", { class: "note bad", role: "alert" }, h("p", {}, problem.text));
}

function title(path) {
  document.title = `${t(PAGES.find((page) => page.path === path).name)} · ${t("brand")}`;
  say(byId("skip"), T("skip"));
}

function who() {
  const { officer, signedIn } = session();
  if (signedIn) {
    return h("span", { class: "officer" }, h("span", {}, officer?.name || officer?.id || ""),
      h("button", { type: "button", class: "quiet", onclick: signOut }, T("sign-out")));
  }
  const said = claimed();
  if (!onTrial() || !said) return h("span", {});
  return h("span", { class: "officer" }, T("officer-claimed", { officer: said.officerId }));
}

function languageButton() {
  const other = () => (languageNow() === "vi" ? "en" : "vi");
  return h("button", { type: "button", class: "quiet", id: "language", lang: other, onclick: turn }, T("other-language"));
}

async function turn() {
  await switchLanguage();
  retell();
  changed.forEach((act) => act());
}

function over() {
  put(byId("trouble"));
  byId("main").hidden = false;
}

function trouble(kind, again) {
  if (kind === "signed-out") byId("main").hidden = true; // until the same officer is back
  const sign = kind === "signed-out"
    ? h("a", { href: signInPath("/signed-in"), target: "_blank", rel: "noopener" }, T("sign-in-again")) : null;
  put(byId("trouble"), h("div", { class: "note warn", role: "alert" },
    h("p", {}, T(kind === "signed-out" ? "session-over" : "service-gone")), sign,
    h("button", { type: "button", onclick: again }, T("try-now"))));
}

function askToSignIn(path) {
  const why = new URLSearchParams(location.search).get("sign_in");
  showStep(h("section", { class: "step narrow" }, h("h1", {}, T("sign-in-title")),
    why ? h("p", { class: "note bad", role: "alert" }, T(why === "NO_ROLE" ? "sign-in-no-role" : "sign-in-failed")) : null,
    h("p", {}, T("sign-in-why")),
    h("p", {}, h("a", { class: "button main", href: signInPath(path) }, T("sign-in")))));
}

function byId(id) {
  return document.getElementById(id);
}
