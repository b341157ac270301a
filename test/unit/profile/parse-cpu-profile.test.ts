import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ThreadmillError } from '../../../src/errors.ts';
import { parseCpuProfile } from '../../../src/profile/parse-cpu-profile.ts';
import { frame, profileOf } from '../../support/profiles.ts';

const GOOD = profileOf({ name: '(root)', children: [{ name: 'a' }, { name: 'b' }] }, [
  [0, 2],
  [10, 3],
]);
const node = (id: number, ...children: number[]) => ({ id, callFrame: frame('f'), children });

test('a good profile comes back as it is', () => {
  assert.equal(parseCpuProfile(GOOD, 'a.cpuprofile'), GOOD);
  const { samples: _, timeDeltas: __, ...bare } = GOOD;
  assert.equal(parseCpuProfile(bare, 'a.cpuprofile'), bare);
});

const BAD: readonly (readonly [string, unknown, RegExp])[] = [
  ['no object', null, /the file is no object/],
  ['an array', [], /the file is no object/],
  ['the old format', { head: {} }, /old format/],
  ['no nodes', { ...GOOD, nodes: undefined }, /`nodes` is missing/],
  ['empty nodes', { ...GOOD, nodes: [] }, /`nodes` is empty/],
  ['a node that is none', { ...GOOD, nodes: [null] }, /`nodes\[0\]` is no object/],
  [
    'a node without id',
    { ...GOOD, nodes: [{ callFrame: frame('f') }] },
    /`nodes\[0\]\.id` is no whole number/,
  ],
  ['a node without call frame', { ...GOOD, nodes: [{ id: 1 }] }, /`nodes\[0\]\.callFrame` is no object/],
  ['an id twice', { ...GOOD, nodes: [node(1, 2), node(2), node(2)] }, /`nodes\[1\]\.id` 2 occurs twice/],
  ['a child that is not there', { ...GOOD, nodes: [node(1, 9)] }, /names node 9, which does not exist/],
  ['two parents', { ...GOOD, nodes: [node(1, 2, 3), node(2, 3), node(3)] }, /node 3, which has a parent/],
  ['two roots', { ...GOOD, nodes: [node(1), node(2)] }, /node 2 \(nodes\[1\]\) has no parent/],
  ['a ring', { ...GOOD, nodes: [node(1, 2), node(2, 1)] }, /form a cycle/],
  ['a ring beside the tree', { ...GOOD, nodes: [node(1), node(2, 3), node(3, 2)] }, /form a cycle/],
  ['no start', { ...GOOD, startTime: null }, /`startTime` is no finite number/],
  ['an end before the start', { ...GOOD, endTime: -1 }, /`endTime` -1 lies before `startTime` 0/],
  ['a sample of no node', { ...GOOD, samples: [2, 7] }, /`samples\[1\]` names node 7/],
  ['more samples than deltas', { ...GOOD, timeDeltas: [1] }, /2 `samples` but 1 `timeDeltas`/],
  ['a delta that is no number', { ...GOOD, timeDeltas: [1, Number.NaN] }, /`timeDeltas\[1\]`/],
  ['samples without deltas', { ...GOOD, timeDeltas: undefined }, /`timeDeltas` is missing/],
];

for (const [name, value, message] of BAD) {
  test(`${name} is refused with what and where`, () => {
    assert.throws(
      () => parseCpuProfile(value, 'a.cpuprofile'),
      (error: unknown) => {
        assert.ok(error instanceof ThreadmillError);
        assert.equal(error.code, 'run-unreadable');
        assert.match(error.message, /^a\.cpuprofile is no CPU profile: /);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('no JSON value makes it throw anything else', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.record({ nodes: fc.array(fc.jsonValue()) })), (value) => {
      try {
        parseCpuProfile(value, 'x');
      } catch (error) {
        assert.ok(error instanceof ThreadmillError);
      }
    }),
  );
});
