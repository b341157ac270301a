import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { withTypes, zeroXInput } from '../../../../src/orchestrator/captures/zero-x-page.ts';
import { flameData } from '../../../../src/profile/flame-tree.ts';
import type { ThreadProfile } from '../../../../src/profile/profile.ts';
import { type Calls, dataOf, sumOf } from '../../../support/call-trees.ts';
import { type Call, profileOf } from '../../../support/profiles.ts';

// ids: 1 (root)  2 work  3 anonymous  4 request  5 connect  6 (garbage collector)  7 a hostile name
const CALLS: Call = {
  name: '(root)',
  children: [
    {
      name: 'work',
      url: 'file:///app/src/jobs.ts',
      line: 0,
      children: [{ name: '', url: 'file:///app/src/jobs.ts', line: 6 }],
    },
    { name: 'request', url: 'file:///app/node_modules/undici/index.js', line: 9 },
    { name: 'connect', url: 'node:net', line: 3 },
    { name: '(garbage collector)' },
    { name: '</script><img onerror=x>', url: 'file:///app/src/jobs.ts', line: 8 },
  ],
};

function threadOf(thread: number): ThreadProfile {
  const times = [2, 3, 4, 5, 6, 7].map((id, i): [number, number] => [i * 1000, id]);
  const profile = profileOf(CALLS, times, { end: 6000, thread, label: `worker ${thread}` });
  return {
    ...profile,
    thread: { ...profile.thread, displayRoot: '/app', threadmillRoot: '/opt/threadmill' },
  };
}

test('labels are as 0x will print them, with lines counted from 1, and each has its kind', () => {
  const { profile, types } = zeroXInput(flameData('worker-pool', [threadOf(1), threadOf(2)]));
  assert.deepEqual(Object.fromEntries(types), {
    'all threads': 'app',
    'thread 1 (worker 1)': 'app',
    'thread 2 (worker 2)': 'app',
    'work src/jobs.ts:1': 'app',
    'anonymous src/jobs.ts:7': 'app',
    'request undici/index.js:10': 'deps',
    'connect node:net:4': 'core',
    'garbage collector': 'v8',
    '‹/script›‹img onerror=x› src/jobs.ts:9': 'app',
  });
  assert.equal(
    profile.nodes.reduce((sum, { hitCount }) => sum + hitCount!, 0),
    12,
  );
  assert.ok(profile.nodes.every(({ callFrame }) => !/[<>&]/.test(callFrame.functionName + callFrame.url)));
});

test('the page learns the kinds; one that is not known is left to its own', () => {
  const types = new Map([['a </script>', 'app' as const]]);
  const page =
    '<html><script> function v8cats (child) {\n if (child.type) return { type: child.type }\n }</script></html>';
  const typed = withTypes(page, types);
  assert.match(
    typed!,
    /^<html><script>const threadmillTypes = \{"a \\u003c\/script>":"app"\}<\/script>\n<script> function/,
  );
  assert.match(typed!, /child\.type \}\n {2}if \(Object\.hasOwn\(threadmillTypes, name\)\) return/);
  assert.equal(withTypes('<html><script>another</script></html>', types), null);
});

test('each thread is a child of the root, with hits from time and without idling', () => {
  const data = dataOf([
    [
      '(root)',
      0,
      [
        ['work', 3_000],
        ['(idle)', 7_000],
      ],
    ],
    [
      '(root)',
      500,
      [
        ['work', 0, [['parse', 6_000]]],
        ['(idle)', 3_000],
      ],
    ],
  ]);
  const { nodes, samples } = zeroXInput(data).profile;
  assert.equal(samples, undefined);
  assert.deepEqual(
    nodes.map(({ id, callFrame, hitCount, children }) => [id, callFrame.functionName, hitCount, children]),
    [
      [1, 'all threads', 0, [2, 4]],
      [2, 'thread 0 (main thread)', 0, [3]],
      [3, 'work', 3, []],
      [4, 'thread 1 (worker 1)', 1, [5]],
      [5, 'work', 0, [6]],
      [6, 'parse', 6, []],
    ],
  );
});

test('rounding never loses more than one hit, however many small nodes there are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 100 }), (durations) => {
      const calls = durations.map((us, i): Calls => [`f${i}`, us]);
      const hits = zeroXInput(dataOf([['(root)', 0, calls]])).profile.nodes.map(({ hitCount }) => hitCount!);
      assert.ok(hits.every((count) => count >= 0));
      assert.equal(sumOf(hits), Math.round(sumOf(durations) / 1000));
    }),
  );
});
