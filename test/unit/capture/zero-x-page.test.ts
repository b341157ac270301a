import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withTypes, zeroXInput } from '../../../src/capture/zero-x-page.ts';
import type { ThreadProfile } from '../../../src/types/cpu-profile.ts';
import { type Call, profileOf } from '../../support/profiles.ts';

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
    threadmill: { ...profile.threadmill, displayRoot: '/app', threadmillRoot: '/opt/threadmill' },
  };
}

test('labels are as 0x will print them, with lines counted from 1, and each has its kind', () => {
  const { profile, types } = zeroXInput([threadOf(1), threadOf(2)]);
  assert.deepEqual(Object.fromEntries(types), {
    root: 'v8',
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
