// The texts of the pages, in the language that the officer chose; Vietnamese until they choose another.

const KEPT = "idverify.language";
const LANGUAGES = ["vi", "en"];
let language = "vi";
let texts = {};

/** Read the texts of the language that was chosen last. */
export async function openTexts() {
  const kept = localStorage.getItem(KEPT);
  await read(LANGUAGES.includes(kept) ? kept : "vi");
}

/** Choose the other language. */
export async function switchLanguage() {
  const other = LANGUAGES.find((each) => each !== language);
  await read(other);
  localStorage.setItem(KEPT, other);
}

/** Return the language now: "vi" or "en". */
export function languageNow() {
  return language;
}

/** Return a text, with its values in place. */
export function t(name, values = {}) {
  const pattern = texts[name] ?? name;
  return pattern.replace(/\{ \$(\w+) \}/g, (_, key) => String(values[key] ?? ""));
}

/** Return what tells a text, now and after a change of the language. */
export function T(name, values = {}) {
  return () => t(name, values);
}

/** Return what follows a prefix in the names of texts: the codes that have words. */
export function codesOf(prefix) {
  return Object.keys(texts).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** Return what tells a number with so many digits after the decimal sign of the language. */
export function decimal(value, digits) {
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return () => new Intl.NumberFormat(locale(), form).format(value);
}

/** Return what tells something that the service said in both languages, {textVi, textEn}. */
export function both(said) {
  return () => (language === "vi" ? said.textVi : said.textEn) || said.textVi || said.textEn || "";
}

/** Return a title, which may have no English of its own. */
export function titled(what) {
  return () => (language === "en" && what.titleEn) || what.title;
}

/** Return a moment as people of the language write it, in the time of Viet Nam. */
export function moment(stamp) {
  const form = { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" };
  return () => new Intl.DateTimeFormat(locale(), form).format(new Date(stamp));
}

function locale() {
  return language === "vi" ? "vi-VN" : "en-GB";
}

async function read(chosen) {
  const response = await fetch(`/page/texts/${chosen}.json`);
  texts = await response.json();
  language = chosen;
  document.documentElement.lang = chosen;
}
