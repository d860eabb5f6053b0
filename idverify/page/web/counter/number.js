// The number of a citizen, as people read it out, write it and copy it: in groups.

/** Return it as the service takes it: without the blanks, dots and hyphens of its groups. */
export function numberOf(typed) {
  return typed.replace(/[\s.\u2010-\u2015-]/g, "");
}

/** Return it in groups of three, to be compared with the card; other than 9 and 12 digits: as it is. */
export function grouped(number) {
  return /^(\d{3}){3,4}$/.test(number) ? number.match(/\d{3}/g).join(" ") : number;
}
