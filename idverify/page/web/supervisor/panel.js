// Panels of the pages that look on: a heading, what was read last, and reading it again; a refusal in its place.

import { Problem } from "../shell/api.js";
import { h, put, s } from "../shell/dom.js";
import { claimed, onTrial, session } from "../shell/session.js";
import { announce, refusal } from "../shell/shell.js";
import { decimal, T } from "../shell/texts.js";

/** Return a panel: `section`, and `refresh()`, which reads and draws anew. */
export function panel(id, title, load, draw) {
  const body = h("div", { class: "body" });
  const again = h("button", { type: "button", class: "quiet", "aria-describedby": id, onclick: () => refresh(true) }, T("refresh"));
  const section = h("section", { class: "step panel", id: `panel-${id}`, "aria-labelledby": id },
    h("div", { class: "head" }, h("h2", { id, tabindex: -1 }, T(title)), again), body);
  async function refresh(asked = false) {
    const read = await answered(body, load);
    if (!read) return;
    put(body, draw(read.answer, refresh));
    if (asked) announce(T("refreshed"));
  }
  return { section, refresh };
}

/** Do something that may be refused; the refusal is told within an element. Return {answer}, or null. */
export async function answered(place, work) {
  try {
    return { answer: await work() };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    put(place, refusal(problem));
    return null;
  }
}

/** Return a share as a bar and a number; of nothing there is none. */
export function share(part, whole) {
  if (!whole) return "–";
  const percent = (100 * part) / whole;
  const bar = s("svg", { class: "share", viewBox: "0 0 100 8", "aria-hidden": "true" },
    s("rect", { class: "ground", width: 100, height: 8 }), s("rect", { width: percent, height: 8 }));
  return [bar, h("span", { class: "whole" }, decimal(percent, percent < 10 ? 1 : 0), ` % (${part}/${whole})`)];
}

/** Return the agency of whoever looks on; empty: the service says it, or it is all. */
export function ownAgency() {
  return (onTrial() ? claimed()?.agencyCode : session().officer?.agency) || "";
}

/** Return a path with the context of a reading call, which on trial is what the officer says of themselves. */
export function within(path, values = {}) {
  const said = onTrial() ? claimed() ?? {} : {};
  const told = Object.entries(said).filter(([, value]) => value).map(([name, value]) => [`context.${name}`, value]);
  const query = new URLSearchParams([...told, ...Object.entries(values)]);
  return query.size ? `${path}?${query}` : path;
}
