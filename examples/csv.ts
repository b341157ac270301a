/**
 * CSV files, parsed and summed by column. Returning the sums is cheap. CSV=rows returns every row: parsing takes the main
 * thread 15 ms, cloning the rows back still 3 ms.
 *
 *   threadmill bench --workload examples/csv.ts
 *   CSV=rows threadmill bench --workload examples/csv.ts
 */
import { defineWorkload } from 'threadmill';

const RETURNS_ROWS = process.env.CSV === 'rows';
const FILE = Buffer.from(
  `id,name,price,quantity\n${Array.from({ length: 10_000 }, (_, i) => `${i},"item ""${i}""",${(i * 37) % 1_000},${i % 17}`).join('\n')}`,
);

export default defineWorkload({
  name: RETURNS_ROWS ? 'csv-rows' : 'csv-sums',
  jobs: 32,
  // Stands for a file that was read: a buffer of its own.
  run: () => Uint8Array.from(FILE),
  compute: (bytes) => {
    const rows = parse(Buffer.from(bytes.buffer).toString());
    return RETURNS_ROWS ? rows : sumsOf(rows);
  },
});

/** Fields may be quoted, and a quote within them is doubled (RFC 4180); no line breaks within fields. */
function parse(text: string): string[][] {
  return text.split('\n').map((line) => {
    const fields: string[] = [];
    for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
      fields.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    }
    return fields;
  });
}

function sumsOf([head = [], ...rows]: readonly string[][]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) {
    for (const [i, name] of head.entries()) sums[name] = (sums[name] ?? 0) + (Number(row[i]) || 0);
  }
  return sums;
}
