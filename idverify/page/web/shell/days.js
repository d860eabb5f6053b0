// Days and moments as they are typed and read in Viet Nam, whatever the browser's own language is.

const VIET_NAM = "+07:00";
const DAY = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;
const HOUR = /^([01]?\d|2[0-3])[:hg.]([0-5]\d)$/;

/** Return a day that was typed dd/mm/yyyy (or yyyy-mm-dd) as yyyy-mm-dd; null: it is none. */
export function dayOf(text) {
  const [typed, iso] = [DAY.exec(text.trim()), ISO.exec(text.trim())];
  if (!typed && !iso) return null;
  const [year, month, day] = (typed ? [typed[3], typed[2], typed[1]] : iso.slice(1)).map(Number);
  const there = new Date(Date.UTC(year, month - 1, day));
  const real = there.getUTCFullYear() === year && there.getUTCMonth() === month - 1 && there.getUTCDate() === day;
  return real ? there.toISOString().slice(0, 10) : null;
}

/** Return a moment that was typed dd/mm/yyyy, or dd/mm/yyyy hh:mm, in the time of Viet Nam, as RFC 3339; null: it is none. */
export function momentOf(text) {
  const [date, hour, ...more] = text.trim().split(/[\sT]+/);
  const day = dayOf(date);
  const time = hour === undefined ? ["", "0", "00"] : HOUR.exec(hour);
  if (!day || !time || more.length) return null;
  return new Date(`${day}T${time[1].padStart(2, "0")}:${time[2]}:00${VIET_NAM}`).toISOString();
}

/** Return a day, yyyy-mm-dd, or a month, yyyy-mm, as it is read: dd/mm/yyyy, mm/yyyy. */
export function readDay(iso) {
  return iso.split("-").reverse().join("/");
}

/** Return today in Viet Nam, yyyy-mm-dd. */
export function today() {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
}
