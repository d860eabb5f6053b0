// Records as tables: fields by the names that their register gives them.

import { h } from "../shell/dom.js";
import { languageNow, t, T } from "../shell/texts.js";

/** Return the table of a record; types: kinds of records by their code. */
export function recordTable(record, types) {
  const type = types?.get(record.recordType);
  const schema = type ? JSON.parse(type.jsonSchema) : {};
  const title = () => (languageNow() === "en" && type?.titleEn) || type?.title || record.recordType;
  const rows = Object.entries(JSON.parse(record.json));
  return h("table", { class: "record" }, h("caption", {}, title, " · ", record.owningAgency),
    h("tbody", {}, rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, label(name, schema)), h("td", {}, () => shown(value)))),
      record.absentFields.map((name) => h("tr", { class: "absent" }, h("th", { scope: "row" }, label(name, schema)), h("td", {}, T("absent"))))));
}

function label(name, schema) {
  const own = schema.properties?.[name];
  return () => (languageNow() === "vi" && own?.description) || readable(name);
}

function readable(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function shown(value) {
  if (value === null) return t("untold");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return value.map(shown).join("; ");
  if (typeof value === "object") return Object.values(value).map(shown).join(", ");
  return String(value);
}
