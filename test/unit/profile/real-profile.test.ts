import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { CpuProfile, SavedProfile } from '../../../src/core/documents/v8-profiles.ts';
import { ThreadProfiler } from '../../../src/engine/measurement/thread-profiler.ts';
import { cutProfile, withoutProfiler } from '../../../src/profile/cut.ts';
import { flameData } from '../../../src/profile/flame-tree.ts';
import { flameView } from '../../../src/profile/flame-view.ts';
import type { ThreadProfile } from '../../../src/profile/profile.ts';
import { selfTimes } from '../../../src/profile/self-time.ts';
import { timeByCategory, topFunctions, topLines } from '../../../src/profile/top-functions.ts';
import { writeCpuProfile } from '../../../src/profile/write-cpu-profile.ts';
import { sumOf } from '../../support/call-trees.ts';
import { parseCpuProfile } from '../../support/parse-profiles.ts';
import { parsed } from '../../support/profiles.ts';

function countPrimes(limit: number): number {
  let found = 0;
  for (let candidate = 2; candidate < limit; candidate++) found += isPrime(candidate) ? 1 : 0;
  return found;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
    if (candidate % divisor === 0) return false;
  }
  return true;
}

/** Self time by node id, by the plainest means: samples as objects, sorted, each lasting until the next. */
function plainSelfTimes({
  samples = [],
  timeDeltas = [],
  startTime,
  endTime,
}: CpuProfile): Map<number, number> {
  let now = startTime;
  const taken = samples.map((id, i) => {
    now += timeDeltas[i]!;
    return { id, time: Math.min(Math.max(now, startTime), endTime) };
  });
  taken.sort((a, b) => a.time - b.time);
  const self = new Map<number, number>();
  taken.forEach(({ id, time }, i) => {
    const from = i === 0 ? startTime : time;
    self.set(id, (self.get(id) ?? 0) + (taken[i + 1]?.time ?? endTime) - from);
  });
  return self;
}

describe('a profile of this very process', () => {
  let raw: CpuProfile;
  let profile: ThreadProfile;

  before(async () => {
    const profiler = await ThreadProfiler.start(200);
    // As long as it takes for V8 to have seen the work often enough, however busy the machine is.
    const from = process.cpuUsage().user;
    while (process.cpuUsage().user - from < 400_000) countPrimes(20_000);
    raw = await profiler.stop();
    const saved: SavedProfile = { ...raw, threadmill: { thread: 0, label: 'main', variant: 'sequential' } };
    profile = parsed(saved);
  });

  test('each node has the time that plain JSON gives it', () => {
    const plain = plainSelfTimes(raw);
    const self = selfTimes(profile);
    assert.equal(sumOf(self), raw.endTime - raw.startTime);
    assert.equal(self.length, raw.nodes.length);
    self.forEach((us, node) => {
      assert.equal(us, plain.get(profile.nodes.id[node]!) ?? 0);
    });
  });

  test('nodes, functions, hits and ticks are those of the file', () => {
    const byId = new Map(raw.nodes.map((node) => [node.id, node]));
    const ticks = new Map<number, number>();
    profile.ticks.node.forEach((node, tick) => {
      ticks.set(node, (ticks.get(node) ?? 0) + profile.ticks.count[tick]!);
    });
    profile.nodes.id.forEach((id, node) => {
      const plain = byId.get(id)!;
      const { scriptId: _, ...frame } = plain.callFrame;
      const { scriptId: __, ...ours } = profile.frames[profile.nodes.frame[node]!]!;
      assert.deepEqual(ours, frame);
      assert.equal(profile.nodes.hits[node], plain.hitCount ?? 0);
      assert.equal(ticks.get(node) ?? 0, sumOf((plain.positionTicks ?? []).map((tick) => tick.ticks)));
      const above = profile.nodes.parent[node]!;
      if (above >= 0) assert.ok(byId.get(profile.nodes.id[above]!)!.children!.includes(id));
    });
  });

  test('what is written can be read again, whole or cut', () => {
    const region = withoutProfiler(profile);
    for (const each of [profile, cutProfile(profile, region)]) {
      assert.deepEqual(parseCpuProfile([...writeCpuProfile(each)].join(''), 'it'), each);
    }
  });

  test('the work is found: its functions, its lines, and that the time is the user’s', () => {
    const data = flameData('sequential', [cutProfile(profile, withoutProfiler(profile))]);
    const own = topFunctions(data).filter(({ frame }) => /^(countPrimes|isPrime)$/.test(frame.name));
    assert.ok(own.length > 0);
    const [hottest] = own;
    const lines = topLines(data).filter(({ frame }) => frame === hottest!.frame);
    assert.ok(lines.length > 0);
    assert.ok(sumOf(lines.map(({ self }) => self)) > 0.9 * hottest!.self);
    const all = data.threads[0]!.duration;
    const near = (us: number) => assert.ok(Math.abs(us - all) < 1e-3, `${us} of ${all}`);
    near(sumOf(timeByCategory(data).map(({ self }) => self)));
    for (const direction of ['top-down', 'bottom-up'] as const) {
      for (const recursion of ['keep', 'all'] as const) {
        const { tree } = flameView(data, { threads: 'one', idle: 'keep', direction, recursion });
        near(sumOf(tree.self));
      }
    }
  });
});
