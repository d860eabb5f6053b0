// What was decided by hour, and how often a finger or a scanner told nothing.

import { get } from "../shell/api.js";
import { dayOf, readDay, today } from "../shell/days.js";
import { h, put } from "../shell/dom.js";
import { busy, clearWrong, dayInput, field, form, wrong } from "../shell/forms.js";
import { table } from "../shell/table.js";
import { t, T } from "../shell/texts.js";
import { stackedBars } from "./chart.js";
import { answered, share, within } from "./panel.js";

const PARTS = ["matches", "noMatches", "inconclusive", "exceptions"];
const KINDS = ["match", "no-match", "inconclusive", "exception"];
const NAMES = ["sup-matches", "sup-no-matches", "sup-inconclusive", "sup-exceptions"];

/** Return the panel: `section` and `refresh()`. */
export function decisionsPanel() {
  const [first, last] = ["first-day", "last-day"].map((id) => dayInput(id, readDay(today())));
  const body = h("div", {});
  async function refresh() {
    clearWrong(first, last);
    const days = { firstDay: dayOf(first.value), lastDay: dayOf(last.value) };
    const none = !days.firstDay ? first : !days.lastDay ? last : null;
    if (none) return wrong(none, T("day-wrong"));
    const read = await answered(body, () => get(within("/v1/reports/decisions", days)));
    return read && put(body, ...drawn(read.answer));
  }
  const section = h("section", { class: "step panel", id: "panel-decisions", "aria-labelledby": "decisions" },
    h("h2", { id: "decisions" }, T("sup-decisions")),
    form((button) => busy(button, refresh), h("div", { class: "row" }, field(first, T("sup-first-day"), T("day-hint")),
      field(last, T("sup-last-day"), T("day-hint")), h("button", {}, T("sup-show")))), body);
  return { section, refresh };
}

function drawn({ hours, fingers, devices, total }) {
  const byHour = ofHours(hours);
  const bars = byHour.map(({ hour, parts }) => ({ name: `${hour} h`, parts }));
  const sums = PARTS.map((_, place) => byHour.reduce((sum, { parts }) => sum + parts[place], 0));
  return [
    bars.length ? h("figure", {}, stackedBars(bars, KINDS, () => t("sup-chart", { total: sums.reduce((a, b) => a + b, 0) })),
      h("figcaption", {}, KINDS.map((kind, place) =>
        h("span", { class: `key ${kind}` }, T(NAMES[place]), `: ${sums[place]}`)))) : h("p", { class: "hint" }, T("sup-decisions-none")),
    bars.length ? h("details", {}, h("summary", {}, T("sup-table")),
      table(T("sup-decisions"), [T("sup-hour"), ...NAMES.map((name) => T(name))],
        byHour.map(({ hour, parts }) => [`${hour} h`, ...parts]))) : null,
    figures("sup-by-finger", "sup-finger", fingers.map((one) => [fingerName(one.fingerPosition), one.count]), total),
    devices.length ? figures("sup-by-device", "sup-device", devices.map((one) => [one.deviceId, one.count]), null) : null,
  ];
}

/** Return the hours of the day that have anything, those between them too; several days are added up. */
function ofHours(hours) {
  if (!hours.length) return [];
  const found = new Map();
  for (const each of hours) {
    const parts = found.get(each.hour) ?? PARTS.map(() => 0);
    found.set(each.hour, parts.map((sum, place) => sum + Number(each[PARTS[place]])));
  }
  const [from, to] = [Math.min(...found.keys()), Math.max(...found.keys())];
  return Array.from({ length: to - from + 1 }, (_, place) => from + place)
    .map((hour) => ({ hour, parts: found.get(hour) ?? PARTS.map(() => 0) }));
}

function figures(caption, what, counts, total) {
  const all = total ? [[T("sup-all"), total]] : [];
  return table(T(caption), [T(what), T("sup-failed"), T("sup-silent")], [...counts, ...all].map(([name, count]) => {
    const [captured, poor, decided, silent] = [count.captured, count.poor, count.decisions, count.inconclusive].map(Number);
    return [name, share(poor, captured + poor), share(silent, decided)];
  }));
}

function fingerName(position) {
  const name = position.replace("FINGER_POSITION_", "");
  return ["UNKNOWN", "UNSPECIFIED"].includes(name) ? T("sup-finger-unknown") : T(`finger-${name}`);
}
