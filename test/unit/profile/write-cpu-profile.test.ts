import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutProfile } from '../../../src/profile/cut.ts';
import { writeCpuProfile } from '../../../src/profile/write-cpu-profile.ts';
import { parseCpuProfile } from '../../support/parse-profiles.ts';
import { parsed, savedOf } from '../../support/profiles.ts';

const SAVED = savedOf(
  {
    name: '(root)',
    children: [
      { name: 'a "quoted" é', url: 'file:///x.ts', line: 3, column: 1, children: [{ name: 'b' }] },
      { name: 'c' },
    ],
  },
  [
    [3, 2],
    [40, 4],
    [30, 3],
    [70.25, 2],
  ],
);
const PROFILE = parsed({
  ...SAVED,
  nodes: SAVED.nodes.map((node) =>
    node.id === 2 ? { ...node, hitCount: 2, positionTicks: [{ line: 5, ticks: 2 }] } : node,
  ),
});

test('what is written can be read again, and is the same', () => {
  const text = [...writeCpuProfile(PROFILE)].join('');
  assert.deepEqual(parseCpuProfile(text, 'it'), PROFILE);
  const plain = JSON.parse(text);
  assert.deepEqual(plain.samples, [2, 3, 4, 2]);
  assert.deepEqual(plain.timeDeltas, [3, 27, 10, 30.25]);
  assert.deepEqual(plain.nodes[1].children, [3]);
  assert.deepEqual(plain.threadmill, PROFILE.thread);
  const { thread: _, ...external } = PROFILE;
  const bare = [...writeCpuProfile({ ...external, thread: null })].join('');
  assert.ok(!('threadmill' in JSON.parse(bare)));
});

test('the same of any samples, of any part of the time', () => {
  const sample = fc.tuple(fc.integer({ min: -20, max: 120 }), fc.integer({ min: 1, max: 4 }));
  const region = fc
    .tuple(fc.nat(100), fc.nat(100))
    .map(([a, b]) => ({ startUs: Math.min(a, b), endUs: Math.max(a, b) }));
  const calls = { name: '(root)', children: [{ name: 'a', children: [{ name: 'b' }] }, { name: 'c' }] };
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 30 }), region, (samples, part) => {
      const cut = cutProfile(parsed(savedOf(calls, samples)), part);
      assert.deepEqual(parseCpuProfile([...writeCpuProfile(cut)].join(''), 'it'), cut);
    }),
  );
});

test('a cut profile, one without samples, and one longer than a piece', () => {
  const cut = cutProfile(PROFILE, { startUs: 35, endUs: 90 });
  assert.deepEqual(parseCpuProfile([...writeCpuProfile(cut)].join(''), 'it'), cut);
  const empty = parsed({ ...SAVED, samples: [], timeDeltas: [] });
  assert.deepEqual(parseCpuProfile([...writeCpuProfile(empty)].join(''), 'it'), empty);
  const count = 12_001;
  const long = parsed({
    ...SAVED,
    endTime: count,
    samples: Array.from({ length: count }, (_, i) => 1 + (i % 4)),
    timeDeltas: Array.from({ length: count }, () => 1),
  });
  assert.deepEqual(parseCpuProfile([...writeCpuProfile(long)].join(''), 'it'), long);
});
