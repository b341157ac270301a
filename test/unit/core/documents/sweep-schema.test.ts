import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { analyseSweep } from '../../../../src/analysis/sweep/analyse.ts';
import { pair, pointVariant, sweep } from '../../../support/sample-sweep.ts';
import { SWEEP_SCHEMA_FILE, sweepSchemaText } from '../../../support/sweep-schema.ts';

const committed = readFileSync(SWEEP_SCHEMA_FILE, 'utf8');

describe('docs/sweep.schema.json', () => {
  test('is what the zod schema says', () => {
    assert.equal(committed, sweepSchemaText(), 'run `make schema` and commit the result');
  });

  test('takes a sweep with its analysis, and refuses what is none', () => {
    const schema = z.fromJSONSchema(JSON.parse(committed));
    const record = sweep({
      axes: [
        { name: 'cpu', values: [1, 4] },
        { name: 'concurrency', values: [1, 2, 4, 8] },
      ],
      variants: ['event-loop', 'worker-pool'],
      at: ([cpu = 0, n = 0]) => ({
        variants: [pointVariant('event-loop', 10 * n), pointVariant('worker-pool', 9 * n)],
        comparisons: [pair('event-loop', 'worker-pool', cpu > 1 ? 1.2 : 0.9)],
      }),
    });
    record.analysis = analyseSweep(record);
    assert.equal(record.analysis.frontiers.length, 4);
    const plain = JSON.parse(JSON.stringify(record));
    assert.equal(schema.safeParse(plain).success, true);
    const { digest: _, ...without } = plain;
    for (const path of [
      '../x',
      'points/..',
      'points/../..',
      '/etc',
      'points/a/../../b',
      'javascript:alert(1)',
    ]) {
      const [first, ...others] = plain.points;
      const points = [{ ...first, result: { ...first.result, path } }, ...others];
      assert.equal(schema.safeParse({ ...plain, points }).success, false, `${path} leads out of the folder`);
    }
    for (const wrong of [without, { ...plain, status: 'aborted' }, { ...plain, points: [] }]) {
      assert.equal(schema.safeParse(wrong).success, false);
    }
  });

  test('ships with the package, under its own name', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
    assert.ok(manifest.files.includes('docs/sweep.schema.json'));
    assert.equal(manifest.exports['./sweep.schema.json'], './docs/sweep.schema.json');
  });
});
