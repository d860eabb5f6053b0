// Who is signed in. Where the service signs nobody in, on trial, officers say themselves who they are, and the audit says so.

const KEPT = "idverify.officer";
const OWNER = "idverify.owner";
let known = { signInNeeded: false, signedIn: false, officer: null, proof: "CLAIMED", csrf: "" };
let told = () => {};
let owner = "";

/** Return who is signed in. */
export function session() {
  return known;
}

/** Ask the service who is signed in; return whether it answered. */
export async function readSession() {
  try {
    const response = await fetch("/session", { credentials: "same-origin", cache: "no-store" });
    if (!response.ok) return false;
    known = await response.json();
  } catch (error) {
    if (error instanceof TypeError) return false; // what fetch says when there was no answer
    throw error;
  }
  owner ||= signedInAs();
  told();
  return true;
}

/** Return who is signed in, and as what, to be compared; empty: nobody. */
export function signedInAs() {
  const { signedIn, officer } = known;
  return signedIn ? JSON.stringify([officer.id, officer.agency, officer.roles]) : "";
}

/** Tell whether another officer is signed in now than when the page was opened, or the same one as something else. */
export function ownerChanged() {
  return known.signedIn && signedInAs() !== owner;
}

/** Forget what this window keeps of whoever was signed in before. */
export function keepForOwner() {
  if (!known.signedIn) return;
  if (sessionStorage.getItem(OWNER) !== owner) sessionStorage.clear();
  sessionStorage.setItem(OWNER, owner);
}

/** Have a function called whenever it was asked, for who shows the officer. */
export function watchSession(act) {
  told = act;
}

/** Tell whether officers say themselves who they are. */
export function onTrial() {
  return known.proof !== "SIGNED_IN";
}

/** Return what the officer said of themselves on trial: {officerId, agencyCode, counterId}. */
export function claimed() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
}

/** Keep what they say, until the window is closed. */
export function claim(said) {
  sessionStorage.setItem(KEPT, JSON.stringify(said));
}

/** Return the part of a context that says who acts: nothing, where the service knows. */
export function acting() {
  return onTrial() ? claimed() ?? {} : {};
}

/** Tell whether the officer has one of some roles; on trial everybody has all. */
export function hasRole(...roles) {
  return onTrial() || roles.some((role) => known.officer?.roles.includes(role));
}

/** Return where to sign in, to come back to a path of ours. */
export function signInPath(back) {
  return `${known.signInPath || "/sign-in"}?return_to=${encodeURIComponent(back)}`;
}
