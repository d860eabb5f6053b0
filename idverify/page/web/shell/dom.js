// Elements, made of names and texts and never of markup: what a record or a procedure says stays text.
// A text that is given as a function is told anew when the language changes, so that nothing that was typed is lost.

const SVG = "http://www.w3.org/2000/svg";
const told = new WeakMap();

/** Return an element; attributes whose name begins with "on" are listeners, children are nodes, texts or tellers. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Return an element of SVG. */
export function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Take the place of all that an element holds. */
export function put(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Have an element say what a function returns, in every language. */
export function say(element, teller) {
  told.delete(element);
  return put(element, teller);
}

/** Tell everything anew below an element. */
export function retell(root = document) {
  for (const element of root.querySelectorAll("[data-told]")) {
    for (const tell of told.get(element) ?? []) tell();
  }
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) attribute(element, name, value);
  append(element, children);
  return element;
}

function attribute(element, name, value) {
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (typeof value === "function") telling(element, () => element.setAttribute(name, value()));
  else if (value === true) element.setAttribute(name, "");
  else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    if (typeof child === "function") {
      const node = document.createTextNode("");
      element.append(node);
      telling(element, () => { node.data = child(); });
    } else element.append(child);
  }
}

function telling(element, tell) {
  const others = told.get(element) ?? [];
  told.set(element, [...others, tell]);
  element.setAttribute("data-told", "");
  tell();
}
