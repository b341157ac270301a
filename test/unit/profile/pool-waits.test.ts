import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPoolWaitsIdle } from '../../../src/profile/pool-waits.ts';
import type { Profile } from '../../../src/profile/profile.ts';

const frame = (functionName: string, url = '') => {
  return { functionName, scriptId: '0', url, lineNumber: 0, columnNumber: 0 };
};

/** (root) calls atomicsWaitLoop, which calls task; samples of each, and `(idle)` if there is one. */
function profile(...more: string[]): Profile {
  const names = ['(root)', 'atomicsWaitLoop', 'task', ...more];
  return {
    ...{ startUs: 0, endUs: 100, thread: null },
    frames: names.map((name) => frame(name)),
    nodes: {
      id: Float64Array.from(names, (_, index) => 10 + index),
      frame: Int32Array.from(names, (_, index) => index),
      parent: Int32Array.from([-1, 0, 1, ...more.map(() => 0)]),
      hits: Float64Array.from([0, 5, 3, ...more.map(() => 2)]),
    },
    ticks: { node: new Int32Array(0), line: new Int32Array(0), count: new Float64Array(0) },
    samples: { node: Int32Array.from([1, 2, 1]), timeUs: Float64Array.from([0, 40, 60]) },
  };
}

test('pool waits: their samples become those of (idle); what is called from there stays', () => {
  const { samples, nodes } = withPoolWaitsIdle(profile('(idle)'));
  assert.deepEqual([...samples.node], [3, 2, 3]);
  assert.deepEqual([...nodes.hits], [0, 0, 3, 7]);
});

test('pool waits: a thread that was never idle otherwise gets an (idle) of its own', () => {
  const { frames, samples, nodes } = withPoolWaitsIdle(profile());
  assert.deepEqual([...samples.node], [3, 2, 3]);
  assert.deepEqual([frames[nodes.frame[3]!]?.functionName, nodes.parent[3], nodes.id[3]], ['(idle)', 0, 13]);
  assert.deepEqual([...nodes.hits], [0, 0, 3, 5]);
});

test('pool waits: a profile without them is the same', () => {
  const { frames, ...rest } = profile();
  const other = { ...rest, frames: frames.map((each) => ({ ...each, functionName: 'f' })) };
  assert.equal(withPoolWaitsIdle(other), other);
});
