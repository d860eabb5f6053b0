// JSON that is written one way only: ASCII, keys sorted, no blanks, nothing twice. The texts of a proof are so, and what is
// written otherwise is refused: one entry of the log must not be opened as two events.

const DEEPEST = 32;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]\d{2,3})?/y;
const STRING = /"((?:[ !#-[\]-~]|\\["\\bfnrt]|\\u[0-9a-f]{4})*)"/y; // printable ASCII, escapes
const SHORTER = /\\u00(?:0[89acd]|[2-6][0-9a-f]|7[0-9a-e])/; // escaped, though there is a shorter way

/** Return what a text says. Throws SyntaxError for what is not written so. */
export function parseCanonical(text) {
  const [value, end] = parsed(text, 0, 0);
  if (end !== text.length) throw new SyntaxError("there is more");
  return value;
}

function parsed(text, at, depth) {
  if (depth > DEEPEST) throw new SyntaxError("too deep");
  if (text[at] === "{") return object(text, at + 1, depth + 1);
  if (text[at] === "[") return list(text, at + 1, depth + 1);
  if (text[at] === '"') return string(text, at);
  for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
    if (text.startsWith(word, at)) return [value, at + word.length];
  }
  const number = matched(NUMBER, text, at)[0];
  const value = Number(number);
  return [/^-?\d+$/.test(number) && !Number.isSafeInteger(value) ? BigInt(number) : value, at + number.length];
}

function object(text, start, depth) {
  const found = Object.create(null);
  let [at, last] = [start, null];
  if (text[at] === "}") return [found, at + 1];
  for (;;) {
    const [name, colon] = string(text, at);
    if (text[colon] !== ":" || (last !== null && !isBefore(last, name))) throw new SyntaxError("not in order");
    last = name;
    [found[name], at] = parsed(text, colon + 1, depth);
    if (text[at] === "}") return [found, at + 1];
    if (text[at++] !== ",") throw new SyntaxError("not an object");
  }
}

function list(text, start, depth) {
  const found = [];
  let at = start;
  if (text[at] === "]") return [found, at + 1];
  for (;;) {
    let value;
    [value, at] = parsed(text, at, depth);
    found.push(value);
    if (text[at] === "]") return [found, at + 1];
    if (text[at++] !== ",") throw new SyntaxError("not a list");
  }
}

function string(text, at) {
  const [whole, inner] = matched(STRING, text, at);
  if (SHORTER.test(inner.replaceAll("\\\\", ""))) throw new SyntaxError("escaped for nothing");
  return [JSON.parse(whole), at + whole.length];
}

function matched(pattern, text, at) {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  if (!found) throw new SyntaxError("not JSON");
  return found;
}

/** Tell whether a name comes before another by code points, as the service sorts; strings compare by UTF-16. */
function isBefore(one, other) {
  const [left, right] = [Array.from(one, (c) => c.codePointAt(0)), Array.from(other, (c) => c.codePointAt(0))];
  const differs = left.findIndex((point, place) => point !== right[place]);
  return differs < 0 ? left.length < right.length : differs >= right.length ? false : left[differs] < right[differs];
}
