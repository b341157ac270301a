import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WindowLine } from '../../../src/core/documents/recorder-lines.ts';
import type { CallFrame } from '../../../src/core/documents/v8-profiles.ts';
import { WindowMerger } from '../../../src/profile/merge-windows.ts';
import { selfTimes } from '../../../src/profile/self-time.ts';
import { busyParts, stallStack } from '../../../src/profile/stall-stack.ts';

const frame = (functionName: string, url = ''): CallFrame => {
  return { functionName, scriptId: '0', url, lineNumber: 0, columnNumber: 0 };
};
const FRAMES = [
  frame('(root)'),
  frame('(idle)'),
  frame('work', 'file:///app.js'),
  frame('', '/x/engine/recorder/controller.cjs'),
  frame('profile'),
];
// root, idle, work, and below work the controller's call, which calls `profile`.
const NODES = [0, -1, 1, 0, 2, 0, 3, 2, 4, 3];
const [IDLE, WORK, PROFILE] = [1, 2, 4];

function window(
  startUs: number,
  endUs: number,
  samples: readonly (readonly [atUs: number, node: number])[],
): WindowLine {
  const deltas = samples.map(([atUs], i) => atUs - (i === 0 ? startUs : samples[i - 1]![0]));
  return {
    thread: 0,
    startUs,
    endUs,
    nodes: NODES,
    ticks: [],
    samples: samples.map(([, node]) => node),
    deltas,
  };
}

function selfByName(merger: WindowMerger): Record<string, number> {
  const profile = merger.profile()!;
  const sums: Record<string, number> = {};
  selfTimes(profile).forEach((us, node) => {
    const { functionName } = profile.frames[profile.nodes.frame[node]!]!;
    if (us > 0) sums[functionName] = (sums[functionName] ?? 0) + us;
  });
  return sums;
}

describe('windows of a thread', () => {
  test('the samples of an overlap count once, and the one that began the second window in neither', () => {
    const merger = new WindowMerger(FRAMES);
    // The second begins at 3,000: V8 puts that instant into both.
    merger.add(
      window(0, 3_200, [
        [0, IDLE],
        [1_000, WORK],
        [3_000, PROFILE],
        [3_100, WORK],
      ]),
    );
    merger.add(
      window(2_990, 5_000, [
        [3_000, PROFILE],
        [3_100, WORK],
        [4_000, IDLE],
      ]),
    );
    assert.deepEqual(selfByName(merger), { '(idle)': 2_000, work: 3_000 });
  });

  test('what the controller’s call calls is its own time', () => {
    const merger = new WindowMerger(FRAMES);
    merger.add(
      window(0, 3_000, [
        [0, WORK],
        [1_000, PROFILE],
      ]),
    );
    assert.deepEqual(selfByName(merger), { work: 1_000, '': 2_000 });
  });

  test('a gap between two windows is time not recorded, not time of the last function', () => {
    const merger = new WindowMerger(FRAMES);
    merger.add(window(0, 1_000, [[0, WORK]]));
    merger.add(
      window(21_000, 22_000, [
        [21_000, PROFILE],
        [21_000, WORK],
      ]),
    );
    assert.deepEqual(selfByName(merger), { work: 2_000, '(not recorded)': 20_000 });
  });

  test('without a window there is no profile', () => {
    assert.equal(new WindowMerger(FRAMES).profile(), null);
  });
});

describe('the stack of a stall', () => {
  test('it begins after the last idle sample, and names the innermost function of the program', () => {
    const merger = new WindowMerger(FRAMES);
    merger.add(
      window(0, 100_000, [
        [0, WORK],
        [5_000, IDLE],
        [12_000, WORK],
        [90_000, IDLE],
      ]),
    );
    const found = stallStack(merger.profile()!, 0, 90_000)!;
    assert.equal(found.startUs, 12_000);
    assert.equal(FRAMES[found.stack[found.culprit]!]!.functionName, 'work');
    assert.equal(found.share, 1);
  });

  test('samples missing after an idle one: it began at most one heartbeat after the last', () => {
    const merger = new WindowMerger(FRAMES);
    merger.add(
      window(0, 200_000, [
        [5_000, IDLE],
        [90_000, WORK],
        [100_000, IDLE],
        [110_000, WORK],
      ]),
    );
    const found = stallStack(merger.profile()!, 0, 150_000)!;
    assert.equal(found.startUs, 20_000);
    assert.equal(FRAMES[found.stack[found.culprit]!]!.functionName, 'work');
  });

  test('a worker that waits for tasks between two: each part without idle samples, and what has none is whole', () => {
    const merger = new WindowMerger(FRAMES);
    merger.add(
      window(0, 500_000, [
        [5_000, IDLE],
        [12_000, WORK],
        [100_000, IDLE],
        [101_000, IDLE],
        [200_000, WORK],
        [290_000, IDLE],
      ]),
    );
    const profile = merger.profile()!;
    assert.deepEqual(busyParts(profile, 0, 400_000), [
      [0, 100_000],
      [200_000, 290_000],
    ]);
    assert.deepEqual(busyParts(profile, 200_000, 280_000), [[200_000, 280_000]]);
    assert.deepEqual(busyParts(profile, 101_000, 190_000), [[101_000, 190_000]]);
  });

  test('an idle thread has none', () => {
    const merger = new WindowMerger(FRAMES);
    merger.add(window(0, 100_000, [[0, IDLE]]));
    assert.equal(stallStack(merger.profile()!, 0, 90_000), null);
  });
});
