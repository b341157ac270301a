import type { Style } from './style.ts';

/** Rows in columns, two spaces apart: the first to the left, figures to the right. No line ends in spaces. */
export function gridLines(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return all.map((row) => row.map(pad).join('  ').trimEnd());
}

/** The same with a head that stands back. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string[] {
  return gridLines(head, rows).map((line, index) => (index === 0 ? style.dim(line) : line));
}
