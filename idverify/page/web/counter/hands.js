// A pair of hands, palms down, to choose a finger of. The radio buttons beside it say and do the same by keyboard.

import { h, s } from "../shell/dom.js";
import { both, T } from "../shell/texts.js";

const LENGTHS = { LITTLE: 52, RING: 72, MIDDLE: 80, INDEX: 70 };
const ORDER = { LEFT: ["LITTLE", "RING", "MIDDLE", "INDEX", "THUMB"], RIGHT: ["THUMB", "INDEX", "MIDDLE", "RING", "LITTLE"] };

/** Return fingers to choose from. wanted: names, best first; hidden: name -> {textVi, textEn}; chosen: name. */
export function hands({ wanted, hidden, chosen, choose }) {
  const shapes = new Map();
  const mark = (name) => shapes.forEach((shape, each) => shape.classList.toggle("chosen", each === name));
  const take = (name) => {
    if (hidden.has(name)) return;
    root.querySelector(`input[value="${name}"]`).checked = true;
    mark(name);
    choose(name);
  };
  const root = h("fieldset", { class: "hands" }, h("legend", {}, T("which-finger")),
    s("svg", { viewBox: "0 0 400 190", "aria-hidden": "true", class: "drawn" },
      hand("LEFT", 0, shapes, take, wanted, hidden), hand("RIGHT", 210, shapes, take, wanted, hidden)),
    h("div", { class: "fingers" }, ["LEFT", "RIGHT"].map((side) => h("div", {},
      ORDER[side].map((name) => radio(`${side}_${name}`, wanted, hidden, chosen, take))))));
  mark(chosen);
  return root;
}

function radio(name, wanted, hidden, chosen, take) {
  const place = wanted.indexOf(name);
  const why = hidden.get(name);
  return h("label", { class: why ? "choice hidden" : "choice" },
    h("input", { type: "radio", name: "finger", value: name, checked: name === chosen, disabled: Boolean(why), onchange: () => take(name) }),
    h("span", {}, T(`finger-${name}`),
      place === 0 ? h("strong", { class: "best" }, " ", T("finger-best")) : null,
      why ? h("span", { class: "hint" }, " ", both(why)) : null));
}

function hand(side, left, shapes, take, wanted, hidden) {
  const order = side === "LEFT" ? ORDER.LEFT.slice(0, 4) : ORDER.RIGHT.slice(1);
  const fingers = order.map((name, index) => finger(`${side}_${name}`, {
    x: left + (side === "LEFT" ? 8 : 42) + index * 34, y: 96 - LENGTHS[name], width: 28, height: LENGTHS[name] + 20,
  }, null));
  const thumbLeft = side === "LEFT" ? left + 140 : left + 8;
  const thumb = finger(`${side}_THUMB`, { x: thumbLeft, y: 86, width: 30, height: 72 },
    `rotate(${side === "LEFT" ? 28 : -28} ${thumbLeft + 15} 150)`);
  const palm = s("rect", { class: "palm", x: left + (side === "LEFT" ? 8 : 42), y: 98, width: 130, height: 84, rx: 30 });
  return [thumb, ...fingers, palm];

  function finger(name, box, transform) {
    const classes = ["finger", wanted[0] === name ? "best" : "", hidden.has(name) ? "hidden" : ""].filter(Boolean).join(" ");
    const shape = s("rect", { ...box, rx: 14, class: classes, transform, onclick: () => take(name) });
    shapes.set(name, shape);
    return shape;
  }
}
