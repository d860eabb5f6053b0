// Finding a procedure by its code or its words, with and without their marks.

/** Return a text as it is searched: without marks and case, đ as d. */
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

/** Return what is searched of procedures, made once. */
export function indexed(procedures) {
  return procedures.map((procedure) => ({
    procedure, words: plain(`${procedure.code} ${procedure.title} ${procedure.titleEn}`),
  }));
}

/** Return the procedures that have every word, those first of which the code begins so. */
export function found(index, asked) {
  const wanted = plain(asked).split(/\s+/).filter(Boolean);
  const first = (each) => (each.words.startsWith(wanted[0] ?? "") ? 0 : 1);
  return index.filter(({ words }) => wanted.every((word) => words.includes(word)))
    .sort((one, other) => first(one) - first(other)).map(({ procedure }) => procedure);
}
