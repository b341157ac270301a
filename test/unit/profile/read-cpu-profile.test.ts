import assert from 'node:assert/strict';
import { constants } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { ThreadmillError } from '../../../src/core/errors.ts';
import type { Profile } from '../../../src/profile/profile.ts';
import { readCpuProfile } from '../../../src/profile/read-cpu-profile.ts';
import { parseCpuProfile } from '../../support/parse-profiles.ts';
import { frame, savedOf } from '../../support/profiles.ts';

// ids:                                 1                    2              3
const GOOD = savedOf({ name: '(root)', children: [{ name: 'é "]}' }, { name: 'b' }] }, [
  [0, 2],
  [10, 3],
]);
const { threadmill: _, ...BARE } = GOOD;
const node = (id: number, ...children: number[]) => ({ id, callFrame: frame('f'), children });
const parse = (value: unknown): Profile => parseCpuProfile(JSON.stringify(value), 'a.cpuprofile');

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  // One buffer for all of them: a reader that kept a chunk would see it change.
  const chunk = Buffer.alloc(size);
  for (let from = 0; from < bytes.length; from += size) {
    yield chunk.subarray(0, bytes.copy(chunk, 0, from, from + size));
  }
}

test('a profile in columns', () => {
  const profile = parse(GOOD);
  assert.deepEqual([profile.startUs, profile.endUs], [0, 100]);
  assert.deepEqual(
    profile.frames.map(({ functionName }) => functionName),
    ['(root)', 'é "]}', 'b'],
  );
  assert.deepEqual([...profile.nodes.parent], [-1, 0, 0]);
  assert.deepEqual([...profile.samples.node], [1, 2]);
  assert.deepEqual([...profile.samples.timeUs], [0, 10]);
  assert.deepEqual(profile.thread, GOOD.threadmill);
  assert.equal(parse(BARE).thread, null);
  assert.equal(parse({ ...GOOD, samples: undefined, timeDeltas: undefined }).samples.node.length, 0);
});

test('in chunks of any size, in any order, with white space: the same', async () => {
  const { samples, timeDeltas, nodes, ...rest } = GOOD;
  const texts = [
    JSON.stringify(GOOD),
    JSON.stringify(GOOD, null, 2),
    JSON.stringify(GOOD, null, '\t').replaceAll('\n', '\r\n'),
    JSON.stringify({ timeDeltas, samples, more: { a: ['"', '\\', { b: null }] }, ...rest, and: 1.5, nodes }),
  ];
  for (const text of texts) {
    assert.deepEqual(parseCpuProfile(text, 'x'), parse(GOOD));
    for (const size of [1, 2, 3, 7, 64, 1000]) {
      assert.deepEqual(await readCpuProfile(inChunks(text, size), 'x'), parse(GOOD), `${size}: ${text}`);
    }
  }
});

test('numbers of every form, wherever a chunk ends', async () => {
  const number = fc.oneof(
    fc.integer(),
    fc.constantFrom(0, -0, 5e-324, 1e15, -123456789, 1234567890, 0.1, 1e21),
    fc.double({ min: -1e15, max: 1e15, noNaN: true }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(number, { maxLength: 60 }),
      fc.integer({ min: 1, max: 90 }),
      async (all, size) => {
        const deltas = all.filter((delta) => Math.abs(delta) <= Number.MAX_SAFE_INTEGER);
        const value = {
          ...GOOD,
          samples: deltas.map(() => 2),
          timeDeltas: deltas,
          startTime: -4e12,
          endTime: 4e12,
        };
        const { samples } = await readCpuProfile(inChunks(JSON.stringify(value), size), 'x');
        let now = -4e12;
        const times = deltas.map((delta) => {
          now += delta;
          return Math.min(Math.max(now, -4e12), 4e12);
        });
        assert.deepEqual(
          [...samples.timeUs],
          times.sort((a, b) => a - b),
        );
      },
    ),
  );
});

test('nodes may name their parents instead of their children, and come in any order', () => {
  const callFrame = frame('f');
  const nodes = [
    { id: 9, callFrame, parent: 4 },
    { id: 4, callFrame: frame('g'), parent: 7 },
    { id: 7, callFrame: frame('(root)') },
  ];
  const { nodes: columns, samples, frames } = parse({ ...BARE, nodes, samples: [9, 4] });
  assert.deepEqual([...columns.id], [7, 4, 9]);
  assert.deepEqual([...columns.parent], [-1, 0, 1]);
  assert.deepEqual(
    Array.from(columns.frame, (at) => frames[at]!.functionName),
    ['(root)', 'g', 'f'],
  );
  assert.deepEqual([...samples.node], [2, 1]);
  const both = [
    { id: 1, callFrame, children: [2] },
    { id: 2, callFrame, parent: 1 },
  ];
  assert.deepEqual([...parse({ ...BARE, nodes: both, samples: [2, 2] }).nodes.parent], [-1, 0]);
});

test('what a profile says of its thread is taken only in the form that is known', () => {
  const threadmill = {
    thread: 1,
    label: 'w',
    variant: 'v',
    load: { startUs: 'x' },
    packages: { a: '1', b: 2 },
    z: 1,
  };
  assert.deepEqual(parse({ ...GOOD, threadmill }).thread, {
    thread: 1,
    label: 'w',
    variant: 'v',
    packages: { a: '1' },
  });
  assert.equal(parse({ ...GOOD, threadmill: { thread: '1', label: 'w', variant: 'v' } }).thread, null);
  assert.equal(parse({ ...GOOD, threadmill: null }).thread, null);
});

const BAD: readonly (readonly [string, unknown, RegExp])[] = [
  ['no object', null, /the file is not an object/],
  ['an array', [], /the file is not an object/],
  ['the old format', { head: {} }, /old format/],
  ['no nodes', { ...GOOD, nodes: undefined }, /`nodes` is missing/],
  ['nodes that are no array', { ...GOOD, nodes: {} }, /`nodes` is not an array/],
  ['empty nodes', { ...GOOD, nodes: [] }, /`nodes` is empty/],
  ['a node that is none', { ...GOOD, nodes: [null] }, /`nodes\[0\]` is not an object/],
  [
    'a node without id',
    { ...GOOD, nodes: [{ callFrame: frame('f') }] },
    /`nodes\[0\]\.id` is not a whole number/,
  ],
  ['a huge id', { ...GOOD, nodes: [node(2 ** 32)] }, /`nodes\[0\]\.id` is not between 0 and 4294967295/],
  ['a node without call frame', { ...GOOD, nodes: [{ id: 1 }] }, /`nodes\[0\]\.callFrame` is not an object/],
  ['an id twice', { ...GOOD, nodes: [node(1, 2), node(2), node(2)] }, /`nodes\[2\]\.id` 2 occurs twice/],
  ['a child that is not there', { ...GOOD, nodes: [node(1, 9)] }, /names node 9, which does not exist/],
  ['two parents', { ...GOOD, nodes: [node(1, 2, 3), node(2, 3), node(3)] }, /node 3, which has a parent/],
  [
    'two opinions',
    { ...GOOD, nodes: [node(1, 2, 3), { ...node(2), parent: 3 }, node(3)] },
    /names node 3, but it has another/,
  ],
  ['two roots', { ...GOOD, nodes: [node(1), node(2)] }, /node 2 \(nodes\[1\]\) has no parent/],
  ['a ring', { ...GOOD, nodes: [node(1, 2), node(2, 1)] }, /form a cycle/],
  ['a ring beside the tree', { ...GOOD, nodes: [node(1), node(2, 3), node(3, 2)] }, /form a cycle/],
  [
    'a line of 33 bits',
    { ...GOOD, nodes: [{ id: 1, callFrame: frame('f', 'u', 2 ** 32) }] },
    /lineNumber` is not/,
  ],
  ['no start', { ...GOOD, startTime: null }, /`startTime` is not a finite number/],
  ['an end before the start', { ...GOOD, endTime: -1 }, /`endTime` -1 lies before `startTime` 0/],
  ['an end beyond all measure', { ...GOOD, endTime: 1e300 }, /`endTime` is not between/],
  ['a sample of no node', { ...GOOD, samples: [2, 7] }, /`samples\[1\]` names node 7/],
  ['half a node', { ...GOOD, samples: [2, 2.5] }, /`samples\[1\]` names node 2\.5/],
  ['more samples than deltas', { ...GOOD, timeDeltas: [1] }, /2 `samples` but 1 `timeDeltas`/],
  [
    'a delta that is no number',
    { ...GOOD, timeDeltas: [1, Number.NaN] },
    /`timeDeltas\[1\]` is not a finite number/,
  ],
  ['samples without deltas', { ...GOOD, timeDeltas: undefined }, /`timeDeltas` is missing/],
  ['deltas without samples', { ...GOOD, samples: undefined }, /`samples` is missing/],
];

function refused(text: string, message: RegExp): void {
  assert.throws(
    () => parseCpuProfile(text, 'a.cpuprofile'),
    (error: unknown) => {
      assert.ok(error instanceof ThreadmillError);
      assert.equal(error.code, 'run-unreadable');
      assert.match(error.message, /^a\.cpuprofile is not a CPU profile: /);
      assert.match(error.message, message);
      return true;
    },
  );
}

for (const [name, value, message] of BAD) {
  test(`${name} is refused with what and where`, () => refused(JSON.stringify(value), message));
}

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /it is empty/],
  ['white space', ' \n', /it is empty/],
  ['cut within samples', '{"nodes":[],"samples":[1,2', /ends early, after 26 bytes, within `samples`/],
  ['cut after a member', '{"nodes":[]', /ends early, after 11 bytes/],
  ['a missing comma', '{"startTime":1 "endTime":2}', /at byte 15 there is `"` where `,` or `}` is expected/],
  ['a missing colon', '{"startTime" 1}', /at byte 13 there is `1` where `:` is expected/],
  ['a name without quotes', '{nodes:[]}', /at byte 1 there is `n` where a name is expected/],
  ['no value', '{"startTime":,}', /at byte 13 there is `,` where a value is expected/],
  ['a comma too many', '{"samples":[1,]}', /`samples\[1\]` is not a finite number \(byte 14\)/],
  ['numbers without comma', '{"samples":[1 2]}', /at byte 14 there is `2` where `,` or `\]` is expected/],
  ['a leading zero', '{"samples":[01,2,3,4,5,6,7,8,9,10]}', /`samples\[0\]` is not a finite number/],
  ['a bare minus', '{"samples":[-,2,3,4,5,6,7,8,9,10]}', /`samples\[0\]` is not a finite number/],
  ['infinity', '{"timeDeltas":[1e999]}', /`timeDeltas\[0\]` is not a finite number/],
  ['null among numbers', '{"timeDeltas":[1,null]}', /`timeDeltas\[1\]` is not a finite number/],
  ['a node that is no JSON', '{"nodes":[{"id":}]}', /`nodes\[0\]` is not JSON \(before byte 17\)/],
  ['something after the end', '{} {}', /at byte 3 there is `{` where the end is expected/],
  ['a member twice', '{"endTime":1,"endTime":2}', /`endTime` occurs twice/],
  ['a name that is no JSON', '{"\\x":1}', /a name is not JSON/],
  ['a name of a megabyte', `{"${'n\\u001b'.repeat(2e5)}":[`, /within `(n ){30}…`\.$/],
  ['a number without end', `{"samples":[1${'0'.repeat(5_000)}]}`, /longer than 1000 characters/],
  ['depth', `{"nodes":[{"id":${'['.repeat(5_000)}`, /`nodes\[0\]` is nested deeper than 1000/],
  [
    'depth in what is skipped',
    `{"other":${'['.repeat(5_000)}`,
    /what follows `other` is nested deeper than 1000/,
  ],
];

for (const [name, text, message] of BROKEN) {
  test(`${name} is refused with where`, () => refused(text, message));
}

test('a chunk that ends anywhere within a broken file makes no difference to the message', async () => {
  for (const [, text, message] of BROKEN) {
    for (const least of [1, 5]) {
      const size = Math.max(least, Math.ceil(text.length / 1_000));
      await assert.rejects(readCpuProfile(inChunks(text, size), 'x'), (error: unknown) => {
        assert.ok(error instanceof ThreadmillError);
        assert.match(error.message, message);
        return true;
      });
    }
  }
});

test('no JSON value, and no damage to a good file, makes it throw anything else', () => {
  const good = JSON.stringify(GOOD);
  const damaged = fc
    .tuple(
      fc.nat(good.length),
      fc.nat(20),
      fc.oneof(fc.string(), fc.constantFrom('[', '}', '"', '1e', '\\', ',')),
    )
    .map(([at, length, text]) => good.slice(0, at) + text + good.slice(at + length));
  const shaped = fc.record({
    nodes: fc.array(
      fc.oneof(
        fc.jsonValue(),
        fc.record({ id: fc.nat(3), callFrame: fc.constant(frame('f')), children: fc.array(fc.nat(4)) }),
      ),
    ),
    samples: fc.array(fc.oneof(fc.nat(4), fc.jsonValue())),
    timeDeltas: fc.array(fc.oneof(fc.integer(), fc.jsonValue())),
    startTime: fc.oneof(fc.integer(), fc.jsonValue()),
    endTime: fc.oneof(fc.integer(), fc.jsonValue()),
  });
  const text = fc.oneof(
    damaged,
    fc.json(),
    shaped.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(text, (content) => {
      try {
        parseCpuProfile(content, 'x');
      } catch (error) {
        assert.ok(error instanceof ThreadmillError, String(error));
        assert.ok(error.message.length < 1_500, `${error.message.length} characters`);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('nodes written as V8 does, which are taken from the bytes, and otherwise: the same, or the same message', async () => {
  const whole = fc.oneof(fc.nat(5), fc.constantFrom(0, 123_456_789, 2 ** 31, 2 ** 33, 1.5, -1, 1e21));
  const text = fc.oneof(fc.string(), fc.constantFrom('', 'a"}b', '\\', '{', '\u2028', '\n'));
  const callFrame = fc.record(
    { functionName: text, scriptId: text, url: text, lineNumber: whole, columnNumber: whole },
    { requiredKeys: ['functionName', 'url', 'lineNumber', 'columnNumber'] },
  );
  const extra = fc.record(
    {
      hitCount: whole,
      positionTicks: fc.array(fc.record({ line: whole, ticks: whole }), { maxLength: 3 }),
      deoptReason: text,
    },
    { requiredKeys: [] },
  );
  const outcome = async (content: string, size: number): Promise<unknown> => {
    try {
      return await readCpuProfile(inChunks(content, size), 'x');
    } catch (error) {
      assert.ok(error instanceof ThreadmillError);
      return error.message;
    }
  };
  const any = fc.array(fc.tuple(callFrame, extra), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(any, fc.integer({ min: 50, max: 500 }), async (described, size) => {
      const nodes = described.map(([frameOf, { hitCount, ...more }], i) => ({
        id: i + 1,
        callFrame: frameOf,
        ...(hitCount === undefined ? {} : { hitCount }),
        children: i + 1 < described.length ? [i + 2] : [],
        ...more,
      }));
      const value = { ...BARE, nodes, samples: [], timeDeltas: [] };
      const loose = await outcome(JSON.stringify(value, null, 1), 1_000_000);
      assert.deepEqual(await outcome(JSON.stringify(value), 1_000_000), loose);
      assert.deepEqual(await outcome(JSON.stringify(value), size), loose);
    }),
    { numRuns: 500 },
  );
});

test('a file longer than any string can be', async () => {
  const text = JSON.stringify(GOOD);
  const mebibyte = Buffer.alloc(1024 * 1024, 'x');
  const held: number[] = [];
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${text.slice(0, -1)},"more":["`);
    for (let i = 0; i <= constants.MAX_STRING_LENGTH / mebibyte.length; i++) {
      held.push(process.memoryUsage().arrayBuffers);
      yield mebibyte;
    }
    yield Buffer.from('"]}');
  };
  assert.deepEqual(await readCpuProfile(chunks(), 'x'), parse(GOOD));
  assert.ok(Math.max(...held) - held[0]! < 50e6, 'what is skipped is not kept');
});

test('what the chunks throw comes through as it is', async () => {
  const failing = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{');
    throw new Error('the disk is gone');
  };
  await assert.rejects(readCpuProfile(failing(), 'x'), { message: 'the disk is gone' });
});
