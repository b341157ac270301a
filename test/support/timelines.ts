import type { FlameFrame } from '../../src/core/documents/flame.ts';
import { PHASES, type PhaseName } from '../../src/core/documents/run-record.ts';
import type {
  Curve,
  Timeline,
  TimelineCpu,
  TimelineJobs,
  TimelineThread,
} from '../../src/core/documents/timeline.ts';
import { OUTCOME_CODE } from '../../src/core/outcomes.ts';

/** Timelines made up for tests, in the shapes that real runs have. The same arguments give the same timeline. */

/** Phases and how long each takes, µs, in order. */
export type Phases = readonly (readonly [PhaseName, number])[];

export interface Job {
  readonly name: string;
  readonly thread: number;
  /** Default: `thread`. */
  readonly processedBy?: number;
  readonly lane: number;
  readonly startUs: number;
  readonly phases: Phases;
  readonly queuedUs?: number;
  readonly returnedUs?: number;
  readonly failed?: boolean;
}

export function jobsOf(jobs: readonly Job[]): TimelineJobs {
  const sorted = [...jobs].sort((a, b) => a.startUs - b.startUs);
  const names = [...new Set(sorted.map(({ name }) => name))];
  const positions = new Map(jobs.map((job, position) => [job, position]));
  const first = [0];
  const phase: number[] = [];
  const phaseStart: number[] = [];
  const phaseEnd: number[] = [];
  const ends = sorted.map(({ startUs, phases }) => {
    let at = startUs;
    for (const [name, us] of phases) {
      phase.push(PHASES.indexOf(name));
      phaseStart.push(at);
      at += us;
      phaseEnd.push(at);
    }
    first.push(phase.length);
    return at;
  });
  const ints = (of: (job: Job, row: number) => number) => Int32Array.from(sorted, of);
  const floats = (of: (job: Job, row: number) => number) => Float64Array.from(sorted, of);
  return {
    rows: sorted.length,
    began: sorted.length,
    names,
    position: ints((job) => positions.get(job)!),
    name: ints(({ name }) => names.indexOf(name)),
    thread: ints(({ thread }) => thread),
    processedBy: ints(({ thread, processedBy = thread }) => processedBy),
    lane: ints(({ lane }) => lane),
    outcome: ints(({ failed }) => OUTCOME_CODE[failed === true ? 'http-error' : 'ok']),
    status: ints(({ failed }) => (failed === true ? 503 : 200)),
    bytes: floats(() => 18_432),
    queuedUs: floats(({ queuedUs }) => queuedUs ?? Number.NaN),
    returnedUs: floats(({ returnedUs }) => returnedUs ?? Number.NaN),
    startUs: floats(({ startUs }) => startUs),
    endUs: floats((_, row) => ends[row]!),
    phases: {
      first: Int32Array.from(first),
      phase: Int32Array.from(phase),
      startUs: Float64Array.from(phaseStart),
      endUs: Float64Array.from(phaseEnd),
    },
    attempts: noAttempts(sorted.length),
  };
}

/** Each job sent one request. */
export function noAttempts(rows: number): TimelineJobs['attempts'] {
  return {
    first: new Int32Array(rows + 1),
    ...{ outcome: new Int32Array(), status: new Int32Array() },
    ...{ startUs: new Float64Array(), endUs: new Float64Array() },
  };
}

/** How many of some spans there are at each time. */
export function countCurve(spans: readonly (readonly [fromUs: number, toUs: number])[]): Curve {
  const changes = new Map<number, number>([[0, 0]]);
  for (const [from, to] of spans) {
    changes.set(from, (changes.get(from) ?? 0) + 1);
    changes.set(to, (changes.get(to) ?? 0) - 1);
  }
  const times = [...changes.keys()].sort((a, b) => a - b);
  let value = 0;
  return {
    atUs: Float64Array.from(times),
    value: Float64Array.from(times, (us) => {
      value += changes.get(us)!;
      return value;
    }),
  };
}

export const FRAMES: readonly FlameFrame[] = (
  [
    ['(root)', null, null, 'program', null],
    ['(idle)', null, null, 'idle', null],
    ['processTicksAndRejections', 'node:internal/process/task_queues', 67, 'node', null],
    ['onStreamRead', 'node:internal/stream_base_commons', 166, 'node', null],
    ['onHeaders', 'undici@7.30.2/lib/dispatcher/client-h1.js', 512, 'dependency', 'undici@7.30.2'],
    ['runJob', 'threadmill/variants/slots.js', 88, 'threadmill', null],
    ['processResponse', 'examples/four-apis.ts', 22, 'user', null],
    ['parseOrders', 'examples/four-apis.ts', 31, 'user', null],
    ['aggregateByCustomer', 'examples/four-apis.ts', 58, 'user', null],
    ['(garbage collector)', null, null, 'gc', null],
    ['dispatch', 'undici@7.30.2/lib/dispatcher/pool.js', 44, 'dependency', 'undici@7.30.2'],
  ] as const
).map(([name, file, line, category, owner]) => ({
  name,
  file,
  line,
  column: line === null ? null : 3,
  category,
  package: owner,
}));

/** Nodes of the calls below; `NODES[name]` is the index of the call that ends in this function. */
const CALLS = [
  ['root', 0, -1],
  ['idle', 1, 0],
  ['ticks', 2, 0],
  ['read', 3, 0],
  ['headers', 4, 3],
  ['run', 5, 2],
  ['process', 6, 5],
  ['parse', 7, 6],
  ['aggregate', 8, 6],
  ['gc', 9, 0],
  ['dispatch', 10, 2],
] as const;
export const NODES = Object.fromEntries(CALLS.map(([name], node) => [name, node])) as Record<
  (typeof CALLS)[number][0],
  number
>;

/** What a thread ran, from such a time on each. */
export function cpuOf(
  stretches: readonly (readonly [node: number, startUs: number])[],
  endUs: number,
  intervalUs = 1_000,
): TimelineCpu {
  return {
    frame: Int32Array.from(CALLS, ([, frame]) => frame),
    parent: Int32Array.from(CALLS, ([, , parent]) => parent),
    node: Int32Array.from(stretches, ([node]) => node),
    startUs: Float64Array.from(stretches, ([, startUs]) => startUs),
    endUs,
    samples: Math.round(endUs / intervalUs),
    intervalUs,
  };
}

export function threadOf(thread: number, changes: Partial<TimelineThread> = {}): TimelineThread {
  return {
    thread,
    label: thread === 0 ? 'main thread' : `worker ${thread}`,
    cpu: null,
    gc: { startUs: new Float64Array(), lengthUs: new Float64Array() },
    delayUs: null,
    utilization: null,
    ...changes,
  };
}

export function timelineOf(changes: Partial<Timeline> & Pick<Timeline, 'jobs'>): Timeline {
  const { jobs } = changes;
  const wallUs = changes.wallUs ?? Math.max(1, ...jobs.endUs);
  return {
    variant: 'event-loop',
    wallUs,
    kind: 'traced',
    frames: FRAMES,
    threads: [threadOf(0)],
    inFlight: countCurve(Array.from(jobs.startUs, (start, row) => [start, jobs.endUs[row]!])),
    queued: null,
    notes: [],
    ...changes,
  };
}

/** 0 to 1; Mulberry32, so that every machine makes the same. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NAMES = ['orders', 'customers', 'prices', 'stock'];

interface Shape {
  readonly variant: 'sequential' | 'event-loop' | 'worker-pool' | 'worker-pool-batched';
  readonly jobs: number;
  readonly inFlight: number;
  /** 0: all on the main thread. */
  readonly workers: number;
  readonly waitUs?: number;
  readonly processUs?: number;
  readonly seed?: number;
}

/**
 * An execution as it might have been: jobs wait side by side, a thread processes one at a time, and each thread is
 * sampled each 250 µs.
 */
export function madeUpTimeline(shape: Shape): Timeline {
  const { variant, jobs, inFlight, workers, waitUs = 20_000, processUs = 2_500, seed = 1 } = shape;
  const random = randomFrom(seed);
  const threads = workers === 0 ? [0] : Array.from({ length: workers }, (_, i) => i + 1);
  const perThread = Math.max(1, Math.floor(inFlight / threads.length));
  const lanes = threads.flatMap((thread) =>
    Array.from({ length: perThread }, (_, lane) => ({ thread, lane, freeUs: 300 })),
  );
  const busyUntil = new Map<number, number>();
  const handsOut = variant === 'worker-pool';
  const made: Job[] = [];
  const ran = new Map<number, { from: number; to: number }[]>();
  for (let i = 0; i < jobs; i += 1) {
    const lane = lanes.reduce((a, b) => (b.freeUs < a.freeUs ? b : a));
    const startUs = lane.freeUs + 30 + random() * 60;
    const connecting: Phases = i < lanes.length ? [['tcp', 350 + random() * 300]] : [];
    const wait = waitUs * (0.6 + 0.8 * random());
    const download = 300 + random() * 900;
    const before = connecting.reduce((sum, [, us]) => sum + us, 60) + wait + download;
    const work = processUs * (0.7 + 0.6 * random());
    const ready = startUs + before;
    const from = Math.max(ready, busyUntil.get(lane.thread) ?? 0);
    busyUntil.set(lane.thread, from + work);
    const phases: Phases = [
      ...connecting,
      ['send', 60],
      ['wait', wait + (from - ready)],
      ['download', download],
      ['process', work],
    ];
    made.push({
      name: NAMES[i % NAMES.length]!,
      ...lane,
      startUs,
      phases,
      failed: i % 23 === 17,
      ...(handsOut
        ? {
            queuedUs: Math.max(0, startUs - 120 - random() * 400),
            returnedUs: startUs + before + (from - ready) + work + 90,
          }
        : {}),
    });
    const list = ran.get(lane.thread) ?? [];
    ran.set(lane.thread, list);
    list.push({ from, to: from + work });
    lane.freeUs = from + work;
  }
  const table = jobsOf(made);
  const wallUs = Math.max(...table.endUs) + 400;
  const all = workers === 0 ? [0] : [0, ...threads];
  return timelineOf({
    variant,
    wallUs,
    kind: 'profiled',
    jobs: table,
    queued: handsOut
      ? countCurve(Array.from(table.queuedUs, (from, row) => [from, table.startUs[row]!]))
      : null,
    threads: all.map((thread) => madeUpThread(thread, ran.get(thread) ?? [], wallUs, random)),
    notes: [],
  });
}

function madeUpThread(
  thread: number,
  worked: readonly { readonly from: number; readonly to: number }[],
  wallUs: number,
  random: () => number,
): TimelineThread {
  const sorted = [...worked].sort((a, b) => a.from - b.from);
  const everyUs = 250;
  const stretches: [number, number][] = [];
  let next = 0;
  for (let us = random() * everyUs; us < wallUs; us += everyUs * (0.9 + 0.2 * random())) {
    while (next < sorted.length && sorted[next]!.to <= us) next += 1;
    const job = sorted[next];
    const isWorking = job !== undefined && us >= job.from;
    const share = isWorking ? (us - job.from) / (job.to - job.from) : 0;
    const node = isWorking
      ? share < 0.5
        ? NODES.parse
        : share < 0.85
          ? NODES.aggregate
          : NODES.process
      : random() < 0.03
        ? [NODES.headers, NODES.dispatch, NODES.read][Math.floor(random() * 3)]!
        : NODES.idle;
    if (stretches.at(-1)?.[0] !== node) stretches.push([node, us]);
  }
  const turns = Array.from({ length: Math.floor(wallUs / 10_000) + 1 }, (_, i) => i * 10_000);
  const busyIn = (from: number, to: number): number =>
    sorted.reduce((sum, job) => sum + Math.max(0, Math.min(to, job.to) - Math.max(from, job.from)), 0);
  const pauses = turns.filter((_, i) => i % 4 === 3).map((us) => us + 2_000 * random());
  return threadOf(thread, {
    cpu: cpuOf(stretches, wallUs, everyUs),
    gc: {
      startUs: Float64Array.from(pauses),
      lengthUs: Float64Array.from(pauses, () => 400 + 900 * random()),
    },
    delayUs: {
      atUs: Float64Array.from(turns),
      value: Float64Array.from(turns, () => 100 + random() ** 6 * 4_000),
    },
    utilization: {
      atUs: Float64Array.from(turns),
      value: Float64Array.from(turns, (us) =>
        Math.min(1, busyIn(us, Math.min(wallUs, us + 10_000)) / Math.min(10_000, wallUs - us) + 0.02),
      ),
    },
  });
}

/** The three pictures of the same work, and the batched one. */
export function madeUpTimelines(jobs = 48, inFlight = 16): Timeline[] {
  return [
    madeUpTimeline({ variant: 'sequential', jobs, inFlight: 1, workers: 0 }),
    madeUpTimeline({ variant: 'event-loop', jobs, inFlight, workers: 0 }),
    madeUpTimeline({ variant: 'worker-pool', jobs, inFlight, workers: 4 }),
    madeUpTimeline({ variant: 'worker-pool-batched', jobs, inFlight, workers: 4, seed: 2 }),
  ];
}
