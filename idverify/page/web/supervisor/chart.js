// Bars as SVG, with their numbers; what is drawn stands in a table beside it too.

import { s } from "../shell/dom.js";

const [WIDTH, HEIGHT, FOOT, HEAD, GAP] = [720, 220, 26, 18, 1];

/** Return stacked bars. `bars`: [{name, parts: [number, ...]}]; `kinds`: a class a part; `label` tells what it is. */
export function stackedBars(bars, kinds, label) {
  const most = Math.max(1, ...bars.map((bar) => sum(bar.parts)));
  const [pitch, room] = [WIDTH / Math.max(bars.length, 1), HEIGHT - FOOT - HEAD];
  return s("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    s("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT }),
    bars.flatMap((bar, place) => drawn(bar, kinds, { left: place * pitch, pitch, scale: room / most })));
}

function drawn(bar, kinds, { left, pitch, scale }) {
  const [middle, width] = [left + pitch / 2, Math.min(pitch * 0.7, 60)];
  let y = HEIGHT - FOOT;
  const pieces = bar.parts.map((count, place) => {
    const height = count * scale;
    y -= height;
    return count ? s("rect", { class: kinds[place], x: middle - width / 2, y, width, height: Math.max(height - GAP, 0.5) }) : null;
  });
  const total = sum(bar.parts);
  return [...pieces, total ? s("text", { x: middle, y: y - 4 }, String(total)) : null,
    s("text", { x: middle, y: HEIGHT - 8 }, bar.name)];
}

function sum(numbers) {
  return numbers.reduce((one, other) => one + other, 0);
}
