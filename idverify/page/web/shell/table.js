// Tables whose rows become cards where there is no room for their columns: a number or code is never broken.

import { h } from "./dom.js";
import { T } from "./texts.js";

const MANY = 6;

/** Return a table that rows are added to: `element`, `add(cells)`, `count()`. `columns` are tellers; a row's first cell is its heading. */
export function openTable(caption, columns) {
  const body = h("tbody", { role: "rowgroup" });
  const cell = (name, attributes, column, content) =>
    h(name, { ...attributes, "data-label": column }, h("div", {}, content));
  const add = ([first, ...others]) => body.append(h("tr", { role: "row" },
    cell("th", { scope: "row", role: "rowheader" }, columns[0], first),
    others.map((each, place) => cell("td", { role: "cell" }, columns[place + 1], each))));
  const element = h("div", { class: columns.length >= MANY ? "wide many" : "wide" },
    // Roles are stated, as what is shown as cards would be no table any more.
    h("table", { role: "table" }, h("caption", {}, caption),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
        columns.map((column) => h("th", { scope: "col", role: "columnheader" }, column)))), body));
  return { element, add, count: () => body.children.length };
}

/** Return a whole table, or a line that there is nothing. */
export function table(caption, columns, rows, nothing = T("nothing")) {
  if (!rows.length) return h("p", { class: "hint" }, nothing);
  const made = openTable(caption, columns);
  rows.forEach(made.add);
  return made.element;
}
