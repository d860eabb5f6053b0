// Records as tables: fields by the names that their register gives them.

import { h } from "../shell/dom.js";
import { languageNow, moment, t, T } from "../shell/texts.js";

/** Return the table of a record; types: kinds of records by their code. */
export function recordTable(record, types) {
  const type = types?.get(record.recordType);
  const schema = type ? JSON.parse(type.jsonSchema) : {};
  const title = () => (languageNow() === "en" && type?.titleEn) || type?.title || record.recordType;
  const rows = Object.entries(JSON.parse(record.json));
  return h("table", { class: "record" }, h("caption", {}, title, " · ", record.owningAgency, h("span", { class: "hint" }, " · ", whence(record))),
    h("tbody", {}, rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, label(name, schema)), h("td", {}, () => shown(value, schema.properties?.[name])))),
      record.absentFields.map((name) => h("tr", { class: "absent" }, h("th", { scope: "row" }, label(name, schema)), h("td", {}, T("absent"))))));
}

/** Return where a record comes from, and how old it is: what its owner said for an earlier call says when. */
export function whence({ source, updateTime, provenance }) {
  if (source === "RECORD_SOURCE_ENROLMENT") return () => t("whence-enrolment", { time: moment(updateTime)() });
  if (!provenance) return () => t("whence-register", { time: moment(updateTime)() });
  if (!provenance.cached) return () => t("whence-owner", { time: moment(updateTime)() });
  return () => t("whence-kept", { time: moment(updateTime)(), asked: moment(provenance.receiveTime)() });
}

function label(name, schema) {
  const own = schema.properties?.[name];
  return () => (languageNow() === "vi" && own && described(own).label) || readable(name);
}

function readable(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Return what the description of a field says: its name, and in words what each of its codes means ("Giới tính: M nam, F nữ"). */
export function described({ description = "", enum: codes = [] }) {
  const [, label, rest] = (codes.length && description.match(/^(.*?): (.*)$/)) || [null, description, ""];
  const any = codes.map((code) => String(code).replace(/\W/g, "\\$&")).join("|");
  const found = rest.matchAll(new RegExp(`(?:^|, )(${any}) (.*?)(?=, (?:${any}) |$)`, "g"));
  return { label, words: new Map(any ? [...found].map(([, code, words]) => [code, words]) : []) };
}

/** Return a value of a record in words; own: what its schema says of it. */
export function shown(value, own = {}) {
  if (value === null) return t("untold");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return value.map((each) => shown(each, own.items)).join("; ");
  if (typeof value === "object") return Object.entries(value).map(([name, each]) => shown(each, own.properties?.[name])).join(", ");
  if (own.format === "date") return String(value).replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$3/$2/$1");
  return inWords(String(value), own);
}

function inWords(value, own) {
  const codes = own.enum ?? [];
  if (codes.length === 2 && codes.includes("M") && codes.includes("F") && codes.includes(value)) return t(`sex-${value}`);
  return (languageNow() === "vi" && described(own).words.get(value)) || value;
}
