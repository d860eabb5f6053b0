// Events as CSV (RFC 4180) in UTF-8, as spreadsheets take it: what looks like a formula is none.

const COLUMNS = ["sequence", "time", "caller", "action", "outcome", "subjectId"];
const OF_CONTEXT = ["officer_id", "agency_code", "counter_id", "procedure_code", "dossier_code", "transaction_id", "purpose"];

/** Return events as a table with a line of headings. */
export function csvOf(events) {
  const rows = events.map((event) => {
    const context = JSON.parse(event.contextJson);
    return [...COLUMNS.map((name) => event[name]), ...OF_CONTEXT.map((name) => context[name] ?? ""), event.detailsJson, event.hash];
  });
  const head = [...COLUMNS.map((name) => name.replace("Id", "_id")), ...OF_CONTEXT, "details", "hash"];
  return `\ufeff${[head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function cell(value) {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
