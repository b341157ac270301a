import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { excerptParts } from '../../../../src/orchestrator/captures/saved-sources.ts';
import { joined, SampledLines } from '../../../../src/profile/sampled-lines.ts';
import { parsed, savedOf } from '../../../support/profiles.ts';

const JOBS = 'file:///app/src/jobs.ts';
const OPTIONS = { threadmillRoot: '/threadmill' };

/** ids: 1 (root)  2 work  3 helper  4 onBody  5 (idle) */
const ROOT = {
  name: '(root)',
  children: [
    { name: 'work', url: JOBS, line: 9, children: [{ name: 'helper', url: JOBS, line: 39 }] },
    { name: 'onBody', url: 'file:///app/node_modules/undici/index.js', line: 4 },
    { name: '(idle)' },
  ],
};

function sampled(ticks: Readonly<Record<number, readonly (readonly [line: number, ticks: number])[]>>) {
  const saved = savedOf(ROOT, [[0, 2]]);
  const nodes = saved.nodes.map((node) => {
    const of = ticks[node.id];
    return of === undefined
      ? node
      : { ...node, positionTicks: of.map(([line, count]) => ({ line, ticks: count })) };
  });
  const lines = new SampledLines();
  lines.add(parsed({ ...saved, nodes }), OPTIONS);
  return lines.ranges();
}

test('each sampled line with three around it, and the head of its function', () => {
  // work begins in line 10, helper in line 40.
  const ranges = sampled({ 2: [[20, 5]], 3: [[42, 1]] });
  assert.deepEqual(
    [...ranges],
    [
      [
        JOBS,
        [
          { first: 10, last: 11 },
          { first: 17, last: 23 },
          { first: 39, last: 45 },
        ],
      ],
    ],
  );
});

test('a dependency, and what has no samples, is left out', () => {
  assert.deepEqual([...sampled({ 4: [[7, 100]], 5: [[1, 1]] })], []);
});

test('stretches do not touch, and hold what they are made of', () => {
  assert.deepEqual(
    joined([
      { first: 8, last: 9 },
      { first: 1, last: 6 },
      { first: 3, last: 4 },
    ]),
    [{ first: 1, last: 9 }],
  );
  assert.deepEqual(
    joined([
      { first: 9, last: 9 },
      { first: 1, last: 6 },
    ]),
    [
      { first: 1, last: 6 },
      { first: 9, last: 9 },
    ],
  );
  const range = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.nat(9))
    .map(([first, n]) => ({ first, last: first + n }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
      const result = joined(ranges);
      result.forEach(({ first, last }, i) => {
        assert.ok(first <= last);
        if (i > 0) assert.ok(first > result[i - 1]!.last + 2);
      });
      for (const { first, last } of ranges) {
        assert.ok(result.some((each) => each.first <= first && last <= each.last));
      }
    }),
  );
});

test('text by lines, however they end; beyond the end there is none; long ones are cut', () => {
  const text = 'one\r\ntwo\n\tthree  \nfour\n';
  assert.deepEqual(excerptParts(text, [{ first: 2, last: 3 }]), [{ first: 2, lines: ['two', '\tthree'] }]);
  assert.deepEqual(
    excerptParts(text, [
      { first: 5, last: 9 },
      { first: 90, last: 99 },
    ]),
    [{ first: 5, lines: [''] }],
  );
  const [part] = excerptParts(`f(${'x'.repeat(1_000)})`, [{ first: 1, last: 1 }]);
  assert.equal(part!.lines[0]!.length, 240);
  assert.ok(part!.lines[0]!.endsWith('…'));
});

test('a secret that is in a source is not in what is saved of it', () => {
  const [part] = excerptParts(`const apiKey = 'hunter2hunter2';`, [{ first: 1, last: 1 }]);
  assert.deepEqual(part!.lines, [`const apiKey = '***';`]);
});
