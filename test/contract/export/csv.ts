import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RealExport, VARIANTS } from '../../support/real-export.ts';

export function tablesAreWhole(run: () => RealExport): void {
  const rowsOf = (format: string) => tableOf(String(run().file(format).content));

  describe('csv', () => {
    test('trials: the walls of the record', () => {
      const { variants } = run().source.record;
      assert.deepEqual(
        rowsOf('csv-trials').map(({ variant, round, wall_ms }) => [variant, Number(round), Number(wall_ms)]),
        variants.flatMap(({ name, trials }) => trials.map(({ round, wallMs }) => [name, round, wallMs])),
      );
    });

    test('jobs: every job once, as long as the table says; names are one harmless cell each', async () => {
      const rows = rowsOf('csv-jobs');
      const { jobs } = run().source.record.spec;
      assert.equal(rows.length, jobs * VARIANTS.length);
      for (const variant of VARIANTS) {
        const { rows: table } = (await run().source.trial(variant, 1))!;
        const own = rows.filter((row) => row.variant === variant);
        assert.deepEqual(
          own.map(({ position }) => Number(position)),
          Array.from({ length: jobs }, (_, position) => position),
        );
        for (const { position, latency_ms, outcome, name } of own) {
          const row = Number(position);
          const expected = (table.end[row]! - table.start[row]!) / 1e6;
          assert.ok(Math.abs(Number(latency_ms) - expected) <= 1e-6, `${latency_ms} ${expected}`);
          assert.equal(outcome, 'ok');
          assert.equal(name, run().source.jobName(row));
          assert.doesNotMatch(name!, /^[=+@-]/);
        }
      }
    });
  });
}

/** RFC 4180: by the names in the first line. */
function tableOf(text: string): Record<string, string>[] {
  const records: string[][] = [[]];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    const [whole, quoted, plain = '', end] = match;
    if (whole === '') break;
    records.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') records.push([]);
  }
  const [head = [], ...rows] = records.filter((record) => record.length > 0);
  for (const row of rows) assert.equal(row.length, head.length, row.join());
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [head[i]!, cell])));
}
