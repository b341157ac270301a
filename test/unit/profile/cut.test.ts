import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutProfile, joinParts, withoutProfiler } from '../../../src/profile/cut.ts';
import type { Profile } from '../../../src/profile/profile.ts';
import { selfTimes } from '../../../src/profile/self-time.ts';
import { type Call, profileOf } from '../../support/profiles.ts';

// ids:        1                      2                                        3                  4
const CALLS: Call = {
  name: '(root)',
  children: [{ name: 'post', url: 'node:inspector', children: [{ name: 'dispatch' }] }, { name: 'work' }],
};
// starting until 50, work until 80, then stopping
const PROFILE = profileOf(CALLS, [
  [40, 3],
  [45, 3],
  [50, 4],
  [60, 4],
  [80, 3],
]);

const idsOf = ({ samples, nodes }: Profile): number[] => Array.from(samples.node, (node) => nodes.id[node]!);

test('what ran at the start of the region is known from the sample before it', () => {
  const cut = cutProfile(PROFILE, { startUs: 47, endUs: 70 });
  assert.deepEqual([cut.startUs, cut.endUs], [47, 70]);
  assert.deepEqual(idsOf(cut), [3, 4, 4]);
  assert.deepEqual([...cut.samples.timeUs], [47, 50, 60]);
  assert.deepEqual([...selfTimes(cut)], [0, 0, 3, 20]);
  assert.deepEqual([...cut.nodes.hits], [0, 0, 1, 2]);
});

test('a region without a sample of its own is what ran through it', () => {
  assert.deepEqual([...selfTimes(cutProfile(PROFILE, { startUs: 62, endUs: 75 }))], [0, 0, 0, 13]);
});

test('a region beyond the profile cuts nothing', () => {
  assert.equal(cutProfile(PROFILE, { startUs: -10, endUs: 500 }), PROFILE);
});

test('parts follow each other at once: what ran between them counts for nothing', () => {
  const parts = [
    { startUs: 42, endUs: 55 },
    { startUs: 70, endUs: 90 },
  ];
  const joined = joinParts(PROFILE, parts);
  assert.deepEqual([joined.startUs, joined.endUs], [42, 75]);
  assert.deepEqual([...joined.samples.timeUs], [42, 45, 50, 55, 65]);
  assert.deepEqual([...selfTimes(joined)], [0, 0, 18, 15]);
  const sums = parts.map((part) => selfTimes(cutProfile(PROFILE, part)));
  assert.deepEqual(
    [...selfTimes(joined)],
    [...sums[0]!].map((us, node) => us + sums[1]![node]!),
  );
});

test('the profiler’s own start and stop lie outside', () => {
  assert.deepEqual(withoutProfiler(PROFILE), { startUs: 50, endUs: 80 });
  const cut = cutProfile(PROFILE, withoutProfiler(PROFILE));
  // The sample at 80 closes the region and lasts no time within it.
  assert.deepEqual([...selfTimes(cut)], [0, 0, 0, 30]);
});

test('a profile of nothing else is left whole', () => {
  const idle = profileOf(CALLS, [[10, 3]]);
  assert.deepEqual(withoutProfiler(idle), { startUs: 0, endUs: 100 });
});
