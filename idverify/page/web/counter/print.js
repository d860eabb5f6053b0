// A print drawn: the image where the browser can show it, its minutiae, where it lies, and those that were paired.

import { h, s } from "../shell/dom.js";
import { T } from "../shell/texts.js";
import { placeOf } from "./minutiae.js";

const LENGTH = 14;
const AROUND = 1.25; // the ellipse around most of what lies in a box, not within it

/** Return the drawing of an impression: {url, record, looking: whether it is not known yet}; `paired`: [{x, y}] of the minutiae that were found in the register too. */
export function printDrawing({ url, record, looking = false }, paired = []) {
  if (!record) return h("figure", { class: "print" }, url ? h("img", { src: url, alt: T("print-alt") }) : h("p", {}, T(looking ? "looking" : "print-not-shown")));
  const place = placeOf(record);
  const where = place ? T(`print-${place.where}`) : T("print-few");
  const known = new Set(paired.map(({ x, y }) => `${x},${y}`));
  return h("figure", { class: "print" },
    s("svg", { viewBox: `0 0 ${record.width} ${record.height}`, role: "img", "aria-label": T("print-drawn", { minutiae: record.minutiae.length }) },
      s("rect", { class: "ground", width: record.width, height: record.height }),
      url ? s("image", { href: url, width: record.width, height: record.height, preserveAspectRatio: "none" }) : null,
      s("g", { class: "cross" },
        s("path", { d: `M${record.width / 2} 0V${record.height}M0 ${record.height / 2}H${record.width}` })),
      place ? s("ellipse", {
        class: "place", cx: place.box.left + place.box.width / 2, cy: place.box.top + place.box.height / 2,
        rx: (place.box.width / 2) * AROUND, ry: (place.box.height / 2) * AROUND,
      }) : null,
      record.minutiae.map((one) => minutia(one, known.has(`${one.x},${one.y}`)))),
    h("figcaption", {}, where));
}

function minutia({ x, y, angle }, paired) {
  const end = `${(x + LENGTH * Math.cos(angle)).toFixed(1)} ${(y - LENGTH * Math.sin(angle)).toFixed(1)}`;
  return s("g", { class: paired ? "minutia paired" : "minutia" },
    s("path", { d: `M${x} ${y}L${end}` }), s("circle", { cx: x, cy: y, r: paired ? 6 : 3.5 }));
}
