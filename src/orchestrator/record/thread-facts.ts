import type { CpuDemand } from '../../analysis/recording/verdict.ts';
import type { AgentLine } from '../../core/documents/recorder-lines.ts';
import type { CodePlace, RecordedStall, RecordedThread } from '../../core/documents/recording.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { US_PER_MS } from '../../core/units.ts';
import { frameCategory } from '../../profile/category.ts';
import { savedOptions } from '../../profile/flame-tree.ts';
import { flameFrame } from '../../profile/function-table.ts';
import type { ThreadProfile } from '../../profile/profile.ts';
import { isRecorder } from '../../profile/recorder-frames.ts';
import { selfTimes } from '../../profile/self-time.ts';
import { busyParts, stallStack } from '../../profile/stall-stack.ts';

type Of<K extends AgentLine['k']> = Extract<AgentLine, { readonly k: K }>;

/** @param sampledFromUs start of the samples, if older ones were dropped; what is compared with them starts there, too */
export function agentFacts(
  lines: readonly AgentLine[],
  sampledFromUs = 0,
): Pick<RecordedThread, 'cpuMs' | 'cpuWaitMs' | 'gc' | 'lag' | 'heapPeakBytes' | 'messages'> {
  const ticks = linesOf(lines, 'tick');
  const sampled = ticks.filter(({ atUs }) => atUs >= sampledFromUs);
  const pauses = linesOf(lines, 'gc').flatMap(({ at }) =>
    at.filter((_, i) => i % 2 === 1 && at[i - 1]! >= sampledFromUs),
  );
  const beats = sumOf(ticks, (tick) => tick.beats);
  const maxMs = Math.max(
    largest(ticks, (tick) => tick.latestMs),
    largest(stallLines(lines), ({ lateMs }) => lateMs),
  );
  const meanMs = beats === 0 ? maxMs : sumOf(ticks, (tick) => tick.lateMs) / beats;
  return {
    cpuMs: spent(sampled, 'cpuMs'),
    cpuWaitMs: spent(sampled, 'cpuWaitMs'),
    gc: {
      count: pauses.length,
      totalMs: sumOf(pauses, (us) => us) / US_PER_MS,
      longestMs: largest(pauses, (us) => us) / US_PER_MS,
    },
    lag: ticks.length === 0 ? null : { meanMs, maxMs },
    heapPeakBytes: ticks.length === 0 ? null : largest(ticks, (tick) => tick.heapBytes),
    messages: { sent: sumOf(sampled, (tick) => tick.sent), sendMs: sumOf(sampled, (tick) => tick.sendMs) },
  };
}

/** Totals: the last one less the first. */
export function spent(
  ticks: readonly Of<'tick'>[],
  name: 'cpuMs' | 'cpuWaitMs' | 'processCpuMs',
): number | null {
  const first = ticks[0]?.[name];
  const last = ticks.at(-1)?.[name];
  return first == null || last == null ? null : Math.max(0, last - first);
}

export function linesOf<K extends AgentLine['k']>(lines: readonly AgentLine[], kind: K): Of<K>[] {
  return lines.filter((line): line is Of<K> => line.k === kind);
}

/** Each stall once: as it was last written. */
function stallLines(lines: readonly AgentLine[]): Of<'stall'>[] {
  return [...new Map(linesOf(lines, 'stall').map((line) => [line.sinceUs, line])).values()];
}

interface SampledTime {
  readonly sampledMs: number;
  readonly busyMs: number;
  readonly recorderMs: number;
}

/** From the samples. Busy: neither idle nor in the recorder itself. */
export function sampledTime(profile: ThreadProfile): SampledTime {
  const options = savedOptions(profile.thread);
  const isIdle = profile.frames.map((frame) => frameCategory(frame, options) === 'idle');
  const isOwn = profile.frames.map(isRecorder);
  let idleUs = 0;
  let recorderUs = 0;
  selfTimes(profile).forEach((us, node) => {
    const frame = profile.nodes.frame[node]!;
    if (isIdle[frame]) idleUs += us;
    else if (isOwn[frame]) recorderUs += us;
  });
  const sampledUs = profile.endUs - profile.startUs;
  return {
    sampledMs: sampledUs / US_PER_MS,
    busyMs: Math.max(0, sampledUs - idleUs - recorderUs) / US_PER_MS,
    recorderMs: recorderUs / US_PER_MS,
  };
}

/** Start and end of each time in which it was neither idle nor in the recorder, µs, ascending. */
export function busySpans({ frames, nodes, samples, endUs, thread }: ThreadProfile): [number, number][] {
  const options = savedOptions(thread);
  const isBusy = frames.map((frame) => frameCategory(frame, options) !== 'idle' && !isRecorder(frame));
  const spans: [number, number][] = [];
  samples.node.forEach((node, i) => {
    if (!isBusy[nodes.frame[node]!]) return;
    const fromUs = samples.timeUs[i]!;
    const toUs = samples.timeUs[i + 1] ?? endUs;
    const last = spans.at(-1);
    if (last?.[1] === fromUs) last[1] = toUs;
    else spans.push([fromUs, toUs]);
  });
  return spans;
}

/** How long at least one of them lasted, ms. */
export function unionMs(spans: readonly (readonly [number, number])[]): number {
  let us = 0;
  let untilUs = Number.NEGATIVE_INFINITY;
  for (const [fromUs, toUs] of [...spans].sort((a, b) => a[0] - b[0])) {
    us += Math.max(0, toUs - Math.max(fromUs, untilUs));
    untilUs = Math.max(untilUs, toUs);
  }
  return us / US_PER_MS;
}

/** From one tick of a thread to the next. */
interface CpuRate {
  readonly startUs: number;
  readonly endUs: number;
  /** CPUs that all threads of its process used; 0 unless it is the main thread, whose ticks have that. */
  readonly usedCpus: number;
  /** Share of the time in which it waited for a CPU. */
  readonly waiting: number;
}

export function cpuRates(lines: readonly AgentLine[]): CpuRate[] {
  const ticks = linesOf(lines, 'tick');
  return ticks.slice(1).flatMap((tick, i) => {
    const pair = [ticks[i]!, tick];
    const ms = (tick.atUs - pair[0]!.atUs) / US_PER_MS;
    const waitMs = spent(pair, 'cpuWaitMs');
    if (ms <= 0 || waitMs === null) return [];
    return [
      {
        ...{ startUs: pair[0]!.atUs, endUs: tick.atUs },
        ...{ usedCpus: (spent(pair, 'processCpuMs') ?? 0) / ms, waiting: waitMs / ms },
      },
    ];
  });
}

/** Null: none waited. */
export function cpuDemand(rates: readonly CpuRate[]): CpuDemand | null {
  const steps = rates
    .flatMap(({ startUs, endUs, usedCpus, waiting }) => [
      { atUs: startUs, usedCpus, waiting },
      { atUs: endUs, usedCpus: -usedCpus, waiting: -waiting },
    ])
    .sort((a, b) => a.atUs - b.atUs);
  const now = { atUs: 0, usedCpus: 0, waiting: 0 };
  const all = { weight: 0, usedCpus: 0, waiting: 0 };
  for (const step of steps) {
    const weight = now.waiting * (step.atUs - now.atUs);
    all.weight += weight;
    all.usedCpus += weight * now.usedCpus;
    all.waiting += weight * now.waiting;
    now.atUs = step.atUs;
    now.usedCpus += step.usedCpus;
    now.waiting += step.waiting;
  }
  if (all.weight <= 0) return null;
  return { usedCpus: all.usedCpus / all.weight, waitingThreads: all.waiting / all.weight };
}

/** Stalls that are the recorder's own doing are left out. */
export function stallsOf(
  { thread, threadId }: Pick<RecordedThread, 'thread' | 'threadId'>,
  lines: readonly AgentLine[],
  profile: ThreadProfile | null,
  minUs: number,
): RecordedStall[] {
  const options = profile === null ? null : savedOptions(profile.thread);
  const frames = profile?.frames.map((frame) => flameFrame(frame, options!)) ?? [];
  const place = (frame: number): CodePlace => {
    const { name, file, line } = frames[frame]!;
    return { name, file, line };
  };
  const parts = stallLines(lines).flatMap((line) => {
    // The main thread has no idle time in Atomics.wait: its requests wait meanwhile.
    const busy = profile === null || threadId === 0 ? null : busyParts(profile, line.sinceUs, line.untilUs);
    if (busy === null) return [line];
    const allUs = sumOf(busy, ([fromUs, toUs]) => toUs - fromUs);
    return busy.map(([fromUs, toUs]) => {
      const share = (toUs - fromUs) / allUs;
      return {
        ...{ sinceUs: fromUs, untilUs: toUs, over: line.over || toUs < line.untilUs },
        cpuMs: line.cpuMs === null ? null : share * line.cpuMs,
        cpuWaitMs: line.cpuWaitMs === null ? null : share * line.cpuWaitMs,
      };
    });
  });
  return parts.flatMap(({ sinceUs, untilUs, over, cpuMs, cpuWaitMs }) => {
    const found = profile === null ? null : stallStack(profile, sinceUs, untilUs);
    const culprit = found === null || found.culprit < 0 ? null : found.stack[found.culprit]!;
    if (culprit !== null && isRecorder(profile!.frames[culprit]!)) return [];
    const startUs = found?.startUs ?? sinceUs;
    if (untilUs - startUs < minUs) return [];
    return [
      {
        ...{ thread, startUs, endUs: untilUs, over, cpuMs, cpuWaitMs },
        kind: kindOf((untilUs - startUs) / US_PER_MS, cpuMs, cpuWaitMs),
        function: culprit === null ? null : place(culprit),
        share: found?.share ?? null,
        stack: found?.stack.map(place) ?? [],
        requests: 0,
        moreRequests: false,
      },
    ];
  });
}

/** Whichever took most of it. */
function kindOf(lengthMs: number, cpuMs: number | null, cpuWaitMs: number | null): RecordedStall['kind'] {
  if (cpuMs === null || cpuWaitMs === null) return 'unknown';
  const blockedMs = lengthMs - cpuMs - cpuWaitMs;
  if (blockedMs > Math.max(cpuMs, cpuWaitMs)) return 'blocked';
  return cpuMs >= cpuWaitMs ? 'cpu' : 'cpu-wait';
}

/** 0 for an empty list. `Math.max(...list)` throws above about 120,000 values, and long recordings have more. */
export function largest<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((most, item) => Math.max(most, of(item)), 0);
}
