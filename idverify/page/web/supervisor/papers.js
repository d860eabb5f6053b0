// Papers that nobody had to bring, by month.

import { get } from "../shell/api.js";
import { readDay, today } from "../shell/days.js";
import { h } from "../shell/dom.js";
import { table } from "../shell/table.js";
import { t, T } from "../shell/texts.js";
import { stackedBars } from "./chart.js";
import { ownAgency, panel } from "./panel.js";

const MONTHS = 6;

/** Return the panel. */
export function papersPanel() {
  return panel("papers", "sup-papers", () => get(`/v1/reports/disclosures?firstMonth=${lastMonths()[0]}`), drawn);
}

function drawn({ counts }) {
  const agency = ownAgency();
  const own = counts.filter((each) => !agency || each.agencyCode === agency);
  const saved = lastMonths().map((month) => ({
    name: readDay(month),
    parts: [own.filter((each) => each.month === month).reduce((sum, each) => sum + Number(each.papersSaved), 0)],
  }));
  const total = saved.reduce((sum, each) => sum + each.parts[0], 0);
  return [
    h("p", { class: "large" }, T("sup-papers-total", { total, months: MONTHS })),
    total ? stackedBars(saved, ["match"], () => t("sup-papers")) : null,
    h("details", {}, h("summary", {}, T("sup-table")),
      table(T("sup-papers"), [T("sup-month"), T("sup-saved")], saved.map((each) => [each.name, each.parts[0]]))),
  ];
}

function lastMonths() {
  const [year, month] = today().split("-").map(Number);
  return Array.from({ length: MONTHS }, (_, place) => {
    const count = year * 12 + month - 1 - (MONTHS - 1 - place);
    return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, "0")}`;
  });
}
