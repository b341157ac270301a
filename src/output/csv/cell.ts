/** What a spreadsheet may take for a formula: OWASP, "CSV Injection". */
const FORMULA = /^[=+\-@\t\r]/;

export type Cell = string | number | boolean | null;

/** One record of RFC 4180. Text that a spreadsheet would run as a formula gets an apostrophe; null is an empty cell. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
