// Minutiae of a finger minutiae record, ISO/IEC 19794-2:2005, of its first view.

const MAGIC = "FMR\0 20\0";
const HEADER = 24;
const VIEW = 4;
const EACH = 6;

/** Return {width, height, minutiae: [{x, y, angle}]}, pixels and radians; null for what is no such record. */
export function readRecord(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (begins !== MAGIC || bytes.length < HEADER + VIEW) return null;
  const count = Math.min(view.getUint8(HEADER + 3), Math.floor((bytes.length - HEADER - VIEW) / EACH));
  const minutiae = Array.from({ length: count }, (_, index) => {
    const at = HEADER + VIEW + index * EACH;
    return {
      x: view.getUint16(at) & 0x3fff, y: view.getUint16(at + 2) & 0x3fff, angle: (view.getUint8(at + 4) / 256) * 2 * Math.PI,
    };
  });
  return { width: view.getUint16(14), height: view.getUint16(16), minutiae };
}

/** Return the bytes of base64. */
export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Return where most of the print lies within its image: {box, where: "centre" | "left" | "right" | "high" | "low"}. */
export function placeOf({ width, height, minutiae }) {
  if (minutiae.length < 4) return null;
  const [left, right] = spread(minutiae.map(({ x }) => x));
  const [top, bottom] = spread(minutiae.map(({ y }) => y));
  const box = { left, top, width: right - left, height: bottom - top };
  const across = (left + right) / 2 / width - 0.5;
  const down = (top + bottom) / 2 / height - 0.5;
  if (Math.max(Math.abs(across), Math.abs(down)) < OFF_CENTRE) return { box, where: "centre" };
  if (Math.abs(across) > Math.abs(down)) return { box, where: across < 0 ? "left" : "right" };
  return { box, where: down < 0 ? "high" : "low" };
}

const OFF_CENTRE = 0.15; // of the image's side: where a tenth is cut off if the print fills the rest

function spread(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const outside = Math.floor(sorted.length / 20);
  return [sorted[outside], sorted[sorted.length - 1 - outside]];
}
