import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ThreadmillError } from '../../../src/core/errors.ts';
import type { HeapProfile } from '../../../src/profile/heap-profile.ts';
import { readHeapProfile } from '../../../src/profile/read-heap-profile.ts';
import { writeHeapProfile } from '../../../src/profile/write-heap-profile.ts';
import { type Allocating, savedHeap } from '../../support/heap-profiles.ts';
import { parseHeapProfile } from '../../support/parse-profiles.ts';
import { frame } from '../../support/profiles.ts';

// ids: 1 (root)  2 parse  3 a "quoted" é  4 parse, called by the root again
const GOOD = savedHeap({
  name: '(root)',
  children: [
    {
      name: 'parse',
      url: 'file:///x.ts',
      line: 3,
      objects: [1_000, 1_024],
      children: [{ name: 'a "quoted" é' }],
    },
    { name: '(V8 API)', objects: [3_000.5] },
  ],
});
const { threadmill, ...BARE } = GOOD;
const parse = (value: unknown): HeapProfile => parseHeapProfile(JSON.stringify(value), 'a.heapprofile');
const written = (profile: HeapProfile): string => [...writeHeapProfile(profile)].join('');

test('a heap profile in columns', () => {
  const { frames, nodes, samples, thread } = parse(GOOD);
  assert.deepEqual(
    frames.map(({ functionName }) => functionName),
    ['(root)', 'parse', 'a "quoted" é', '(V8 API)'],
  );
  assert.deepEqual([...nodes.id], [1, 2, 3, 4]);
  assert.deepEqual([...nodes.parent], [-1, 0, 1, 0]);
  assert.deepEqual([...nodes.selfBytes], [0, 2_024, 0, 3_000.5]);
  assert.deepEqual([...samples.node], [1, 1, 3]);
  assert.deepEqual([...samples.bytes], [1_000, 1_024, 3_000.5]);
  assert.deepEqual([...samples.ordinal], [1, 2, 3]);
  assert.deepEqual(thread, threadmill);
});

test('of a profile that does not say how it was sampled, no thread is known', () => {
  assert.equal(parse(BARE).thread, null);
  for (const intervalBytes of [undefined, null, '16', 0, -1]) {
    assert.equal(parse({ ...GOOD, threadmill: { ...threadmill, intervalBytes } }).thread, null);
  }
});

test('in chunks of any size, in any order, with white space: the same', async () => {
  const { samples, head } = GOOD;
  const texts = [
    JSON.stringify(GOOD),
    JSON.stringify(GOOD, null, 2),
    JSON.stringify({ samples, other: [{ head }], threadmill, head }),
  ];
  for (const text of texts) {
    const bytes = Buffer.from(text);
    for (const size of [1, 7, 64, 10_000]) {
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
      }
      assert.deepEqual(await readHeapProfile(chunks(), 'x'), parse(GOOD));
    }
  }
});

test('what is written can be read again, and is the same', () => {
  const profile = parse(GOOD);
  assert.deepEqual(parseHeapProfile(written(profile), 'x'), profile);
  assert.deepEqual(JSON.parse(written(profile)), JSON.parse(JSON.stringify(GOOD)));
  assert.deepEqual(JSON.parse(written(parse(BARE))), JSON.parse(JSON.stringify(BARE)));
});

test('the same of trees of any shape', () => {
  const { tree } = fc.letrec<{ tree: Allocating }>((tie) => ({
    tree: fc.record({
      name: fc.string(),
      objects: fc.array(fc.nat(1e6), { maxLength: 3 }),
      children: fc.oneof({ maxDepth: 5 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
    }),
  }));
  fc.assert(
    fc.property(tree, (root) => {
      const profile = parse(savedHeap(root));
      assert.deepEqual(parseHeapProfile(written(profile), 'x'), profile);
    }),
  );
});

test('one that is longer than a piece', () => {
  const children = Array.from({ length: 12_000 }, (_, i) => ({ name: `f${i % 50}`, objects: [i] }));
  const profile = parse(savedHeap({ name: '(root)', children }));
  assert.deepEqual(parseHeapProfile(written(profile), 'x'), profile);
});

const leaf = { callFrame: frame('f'), selfSize: 1, id: 2, children: [] };
const head = { callFrame: frame('(root)'), selfSize: 0, id: 1, children: [leaf] };
const BAD: readonly (readonly [name: string, content: unknown, message: RegExp])[] = [
  ['nothing', {}, /`head` is missing/],
  ['a CPU profile', { nodes: [], startTime: 0, endTime: 1 }, /it has `nodes`, as CPU profiles have/],
  ['a list', [], /the file is not an object/],
  ['no tree', { head: 7 }, /`head` is not an object/],
  ['no size', { head: { ...head, selfSize: undefined } }, /`head.selfSize` is missing/],
  ['a negative size', { head: { ...head, selfSize: -1 } }, /`head.selfSize` is not between 0 and/],
  ['a size that is text', { head: { ...head, selfSize: '1' } }, /`head.selfSize` is not a finite number/],
  ['no call frame', { head: { ...head, callFrame: null } }, /`head.callFrame` is not an object/],
  [
    'a name that is none',
    { head: { ...head, callFrame: { ...frame('f'), functionName: {} } } },
    /`head.callFrame.functionName` is not text/,
  ],
  ['children that are none', { head: { ...head, children: {} } }, /`head.children` is not an array/],
  ['a child that is none', { head: { ...head, children: [null] } }, /node 1 below `head`` is not an object/],
  ['an id twice', { head: { ...head, children: [leaf, leaf] }, samples: [] }, /2 occurs twice/],
  ['samples that are none', { head, samples: 3 }, /`samples` is not an array/],
  ['a sample that is none', { head, samples: [3] }, /`samples\[0\]` is not an object/],
  ['a sample without size', { head, samples: [{ nodeId: 2 }] }, /`samples\[0\].size` is missing/],
];
for (const [name, content, message] of BAD) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => parse(content),
      (error) => {
        assert.ok(error instanceof ThreadmillError);
        assert.equal(error.code, 'run-unreadable');
        assert.match(error.message, /^a\.heapprofile is not a heap profile: /);
        assert.match(error.message, message);
        assert.match(error.advice ?? '', /\.heapprofile/);
        return true;
      },
    );
  });
}

test('a sample of a node that is not in the tree is one that V8 took while it wrote the tree: left out', () => {
  const samples = [
    { size: 10, nodeId: 9, ordinal: 1 },
    { size: 20, nodeId: 2, ordinal: 2 },
  ];
  const read = parse({ head, samples }).samples;
  assert.deepEqual([[...read.node], [...read.bytes], [...read.ordinal]], [[1], [20], [2]]);
});

test('refused: what is cut off, no JSON, or nested without end', () => {
  const text = JSON.stringify(GOOD);
  for (const end of [0, 1, 20, text.length - 1]) {
    assert.throws(() => parseHeapProfile(text.slice(0, end), 'x'), { code: 'run-unreadable' });
  }
  assert.throws(
    () => parseHeapProfile(`{"head":${'{"children":['.repeat(5_000)}`, 'x'),
    /nested deeper than 1000/,
  );
  assert.throws(() => parseHeapProfile('{"head":{"callFrame":tru}}', 'x'), { code: 'run-unreadable' });
});
