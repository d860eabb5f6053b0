// Whoever sits down next sees nobody's data. What a page shows goes with its officer: when they sign out, here or in another
// window, when nobody has touched the machine for as long as a session may rest, when somebody else signs in, and whenever
// the page is left, for browsers keep left pages whole, to show them again on "Back".

import { post, Problem, watched } from "./api.js";
import { h, put } from "./dom.js";
import { ownerChanged, readSession, session, signedInAs } from "./session.js";
import { T } from "./texts.js";

const USED = "idverify.used";
const NOTE_EVERY = 5_000;
const LEAST_WAIT = 15_000; // milliseconds: clocks of machines differ
const windows = new BroadcastChannel("idverify.officer");
let timer = 0;
let away = false;

/** Begin to watch, once the page knows who is signed in. */
export function watchLeaving() {
  addEventListener("pagehide", wipe);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  const { signedIn } = session();
  if (!signedIn) return;
  windows.postMessage(signedInAs());
  windows.addEventListener("message", ({ data }) => { if (data !== signedInAs()) anew(); });
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, used, { passive: true });
  document.addEventListener("visibilitychange", tend);
  used();
  tend();
}

/** Sign out. What the page shows is gone at once, whatever the service answers. */
export async function signOut() {
  if (away) return;
  forgetAll();
  for (let tried = 0; !(await readSession()); tried += 1) await watched("gone", tried);
  if (ownerChanged() || !session().signedIn) {
    location.assign("/");
    return;
  }
  try {
    const { location: next } = await post(session().signOutPath, {});
    windows.postMessage("");
    location.assign(next || "/");
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    put(document.getElementById("main"), notice("sign-out", error.text, signOutAgain));
  }
}

/** Say that somebody else is signed in now: what was being done here is not done in their name. */
export function showOther() {
  forgetAll();
  put(document.getElementById("main"), notice("other-officer-title", T("other-officer"), () => location.reload()));
  document.querySelector("#main button").focus();
}

function signOutAgain() {
  away = false;
  signOut();
}

function anew() {
  forgetAll();
  location.reload();
}

function forgetAll() {
  away = true;
  clearTimeout(timer);
  sessionStorage.clear();
  wipe();
}

function wipe() {
  for (const id of ["main", "news", "trouble", "header"]) put(document.getElementById(id));
}

function used() {
  if (Date.now() - lastUsed() > NOTE_EVERY) localStorage.setItem(USED, String(Date.now()));
}

/** Return when somebody touched a page last, in whichever window. */
function lastUsed() {
  return Number(localStorage.getItem(USED) ?? 0);
}

async function tend() {
  clearTimeout(timer);
  if (away) return;
  const rest = lastUsed() + session().idleSeconds * 1000 - Date.now();
  const whole = Date.parse(session().expires) - Date.now();
  if (rest <= 0) await signOut();
  else if (whole > 0) timer = setTimeout(tend, Math.max(Math.min(rest, whole), LEAST_WAIT));
  else if ((await readSession()) && !session().signedIn) anew();
  else timer = setTimeout(tend, LEAST_WAIT);
}

function notice(title, text, act) {
  return h("section", { class: "step narrow" }, h("h1", {}, T(title)), h("p", { class: "note warn", role: "alert" }, text),
    h("div", { class: "actions" }, h("button", { type: "button", class: "main", onclick: act }, T("begin-again"))));
}
