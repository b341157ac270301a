import { cleanText, LONG_TEXT } from '../../core/clean-text.ts';

/** Text that Markdown shows literally: no markup, no HTML, no table cell. */
export function mdText(text: string): string {
  return cleanText(text, LONG_TEXT)
    .replace(/[\\`*_~[\]|]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Text from outside, as code: no @mentions, no #links; fenced with more backticks than it has. */
export function mdCode(text: string): string {
  const clean = cleanText(text, LONG_TEXT);
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = /^`|`$|^$/.test(clean) ? ' ' : '';
  return `${fence}${space}${clean}${space}${fence}`;
}

/** A table of cells that are Markdown already, except that pipes need no backslash: the first column to the left, the others to the right. */
export function mdTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cellOf = (text: string) =>
    text.replace(/\\*\|/g, (pipe) => (pipe.length % 2 === 0 ? pipe : `\\${pipe}`));
  const line = (cells: readonly string[]) => `| ${cells.map(cellOf).join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? ':--' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}
