import { type ClientName, DEFAULT_CLIENT } from './clients.ts';
import type { SweepAxisName } from './documents/sweep-axes.ts';

/** Libraries that can be the pool of `offload` and `worker-pool`, by the names of their packages. */
export const POOL_LIBRARIES = ['piscina', 'tinypool', 'workerpool'] as const;
type PoolLibrary = (typeof POOL_LIBRARIES)[number];
/** What keeps worker threads or processes and hands them tasks: a library, or a queue of our own. */
export type PoolName = PoolLibrary | 'raw-threads' | 'processes';

/** What becomes of a pool when one of its workers ends, by throwing, by `process.exit` or out of memory. */
export const ON_CRASH: Readonly<Record<PoolName, string>> = {
  piscina: 'jobs of the thread fail, it is replaced',
  tinypool:
    'jobs of the thread fail, it is replaced; after process.exit they never settle (Threadmill fails them)',
  workerpool: 'the job of the thread fails, it is replaced',
  'raw-threads': 'jobs of the thread fail, it is replaced',
  processes:
    'jobs of the process fail, it is replaced; also after a crash in native code, which ends all threads of a process',
};

/** What the rest of the code and every output know about a variant. */
export interface VariantFacts {
  /** One line, for `--help`. */
  readonly description: string;
  /** Null for the variants without workers, and for those whose workers are on a queue. */
  readonly pool: PoolName | null;
  /** What sends its requests; left out: as `--client` says. */
  readonly client?: ClientName;
  /** It sends failed requests again, and the variants beside it do not. */
  readonly retries?: true;
  /** Runs only if it is named. */
  readonly optIn: boolean;
  /** It has worker threads or processes, `--workers` of them. */
  readonly usesWorkers: boolean;
  /** Threads that run its jobs. Those of the main thread may have their CPU part run in worker threads. */
  readonly jobsOn: 'main' | 'workers';
  /** For workloads only whose jobs have a CPU part of their own: `process`, or `compute` beside `run`. */
  readonly needsCpuPart: boolean;
  /** It has up to `--concurrency` jobs in flight; the others have one. */
  readonly overlaps: boolean;
  /** Stands for it in the map of a sweep. */
  readonly letter: string;
  /** Its mark in charts: an SVG path around the origin, about 10 px wide. */
  readonly shape: string;
  /** Of its marks, and of its name (`ink`), on a light and on a dark page. */
  readonly colour: { readonly light: Colours; readonly dark: Colours };
  /** Of its name and its bar in a terminal. */
  readonly terminalColour: 'gray' | 'blue' | 'yellow' | 'green' | 'magenta' | 'cyan' | 'red';
  /** In a sweep that names no variants. */
  readonly inSweeps: boolean;
}

interface Colours {
  readonly mark: string;
  readonly ink: string;
}

const EVENT_LOOP = {
  pool: null,
  usesWorkers: false,
  jobsOn: 'main',
  needsCpuPart: false,
  overlaps: true,
  optIn: true,
  inSweeps: false,
} as const;

const OFFLOAD = {
  usesWorkers: true,
  jobsOn: 'main',
  needsCpuPart: true,
  overlaps: true,
  inSweeps: false,
} as const;

const WORKER_POOL = {
  usesWorkers: true,
  jobsOn: 'workers',
  needsCpuPart: false,
  overlaps: true,
  optIn: true,
  inSweeps: false,
} as const;

/** Every way to run a plan, in the order in which tables show them; the first is the baseline. */
export const VARIANT_FACTS = {
  sequential: {
    ...EVENT_LOOP,
    description: 'one job after another on the main thread: the baseline',
    optIn: false,
    overlaps: false,
    letter: 'S',
    terminalColour: 'gray',
    shape: 'M0-5.2L4.9 3.6L-4.9 3.6z',
    colour: { light: { mark: '#6a717c', ink: '#4a515b' }, dark: { mark: '#8d95a1', ink: '#b9c0ca' } },
    // It does not depend on what is swept most, and takes longer than all others together.
    inSweeps: false,
  },
  'event-loop': {
    ...EVENT_LOOP,
    description: 'jobs overlapped on the event loop of the main thread',
    optIn: false,
    letter: 'E',
    terminalColour: 'blue',
    shape: 'M-4.4 0a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0-8.8 0z',
    colour: { light: { mark: '#0072b2', ink: '#00639b' }, dark: { mark: '#3d9ad6', ink: '#74bdec' } },
    inSweeps: true,
  },
  'event-loop+undici-request': {
    ...EVENT_LOOP,
    description: 'event-loop with undici’s request as its HTTP client',
    client: 'undici-request',
    letter: 'U',
    terminalColour: 'blue',
    shape: 'M-4.6-3h9.2v6h-9.2z',
    colour: { light: { mark: '#2f6fb5', ink: '#1f568f' }, dark: { mark: '#5a9fe0', ink: '#93c4f0' } },
  },
  'event-loop+fetch': {
    ...EVENT_LOOP,
    description: 'event-loop with Node’s fetch (on an undici pool) as its HTTP client',
    client: 'fetch',
    letter: 'H',
    terminalColour: 'yellow',
    shape: 'M-4.8 2.4A4.8 4.8 0 0 1 4.8 2.4z',
    colour: { light: { mark: '#c2410c', ink: '#9a3412' }, dark: { mark: '#ee8250', ink: '#f5aa86' } },
  },
  'event-loop+node-http': {
    ...EVENT_LOOP,
    description: 'event-loop with node:http (keep-alive agent) as its HTTP client',
    client: 'node-http',
    letter: 'N',
    terminalColour: 'green',
    shape: 'M0-5.2L4.5-2.6V2.6L0 5.2L-4.5 2.6V-2.6z',
    colour: { light: { mark: '#4d7c0f', ink: '#3f6212' }, dark: { mark: '#86b53c', ink: '#aed674' } },
  },
  'event-loop+axios': {
    ...EVENT_LOOP,
    description: 'event-loop with axios as its HTTP client',
    client: 'axios',
    letter: 'A',
    terminalColour: 'magenta',
    shape: 'M-4.2 4.2L0-5L4.2 4.2L0 1.8z',
    colour: { light: { mark: '#7c3aed', ink: '#5b21b6' }, dark: { mark: '#a17ff5', ink: '#c4b0fb' } },
  },
  'event-loop+got': {
    ...EVENT_LOOP,
    description: 'event-loop with got as its HTTP client',
    client: 'got',
    letter: 'G',
    terminalColour: 'cyan',
    shape: 'M-5-1.5h3.5v-3.5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5z',
    colour: { light: { mark: '#0e7490', ink: '#155e75' }, dark: { mark: '#27b3cf', ink: '#7fd6e6' } },
  },
  'event-loop+ky': {
    ...EVENT_LOOP,
    description: 'event-loop with ky as its HTTP client',
    client: 'ky',
    letter: 'K',
    terminalColour: 'red',
    shape: 'M-4.8-2.4A4.8 4.8 0 0 0 4.8-2.4z',
    colour: { light: { mark: '#be185d', ink: '#9d174d' }, dark: { mark: '#ee6aac', ink: '#f5a3ce' } },
  },
  'event-loop+retry': {
    ...EVENT_LOOP,
    description: 'event-loop that sends failed requests again (--retry); no variant beside it does',
    retries: true,
    letter: 'Y',
    terminalColour: 'cyan',
    shape: 'M-5-4h3.4L0-1.2L1.6-4H5L1.6 1.6V5h-3.2V1.6z',
    colour: { light: { mark: '#0f766e', ink: '#115e59' }, dark: { mark: '#2cc0b0', ink: '#86e0d6' } },
  },
  offload: {
    ...OFFLOAD,
    description: 'requests on the event loop, the CPU part of each job in a Piscina task',
    pool: 'piscina',
    optIn: false,
    letter: 'O',
    shape: 'M-1.7-4.9h3.4v3.2h3.2v3.4h-3.2v3.2h-3.4v-3.2h-3.2v-3.4h3.2z',
    colour: { light: { mark: '#b5568c', ink: '#933f6f' }, dark: { mark: '#d98bb8', ink: '#e8b0cf' } },
    terminalColour: 'magenta',
  },
  'offload+tinypool': {
    ...OFFLOAD,
    description: 'offload with tinypool in place of Piscina',
    pool: 'tinypool',
    optIn: true,
    letter: 'F',
    shape: 'M-4.2-2.4L-2.4-4.2L0-1.8L2.4-4.2L4.2-2.4L1.8 0L4.2 2.4L2.4 4.2L0 1.8L-2.4 4.2L-4.2 2.4L-1.8 0z',
    colour: { light: { mark: '#8e5fb5', ink: '#70459a' }, dark: { mark: '#b48ad9', ink: '#cdb0e8' } },
    terminalColour: 'magenta',
  },
  'offload+workerpool': {
    ...OFFLOAD,
    description: 'offload with workerpool in place of Piscina',
    pool: 'workerpool',
    optIn: true,
    letter: 'D',
    shape: 'M-2.4-4.4h4.8L5 0L2.4 4.4h-4.8L-5 0z',
    colour: { light: { mark: '#6a5acd', ink: '#5546b0' }, dark: { mark: '#9a8df0', ink: '#bcb3f7' } },
    terminalColour: 'magenta',
  },
  'worker-pool': {
    ...WORKER_POOL,
    description: 'one Piscina task for each job; its result is returned to the main thread',
    pool: 'piscina',
    optIn: false,
    letter: 'W',
    terminalColour: 'yellow',
    shape: 'M-3.9-3.9h7.8v7.8h-7.8z',
    colour: { light: { mark: '#d98400', ink: '#925600' }, dark: { mark: '#e69f00', ink: '#f0b541' } },
    inSweeps: true,
  },
  'worker-pool+tinypool': {
    ...WORKER_POOL,
    description: 'worker-pool with tinypool in place of Piscina',
    pool: 'tinypool',
    letter: 'T',
    terminalColour: 'yellow',
    shape: 'M0 5.2L4.9-3.6L-4.9-3.6z',
    colour: { light: { mark: '#8a6d00', ink: '#6b5500' }, dark: { mark: '#cdb23a', ink: '#e0c95c' } },
  },
  'worker-pool+workerpool': {
    ...WORKER_POOL,
    description: 'worker-pool with workerpool in place of Piscina; a thread runs one job at a time',
    pool: 'workerpool',
    letter: 'L',
    terminalColour: 'yellow',
    shape: 'M0-5L4.8-1.5L2.9 4.1H-2.9L-4.8-1.5z',
    colour: { light: { mark: '#c0504d', ink: '#9a3b38' }, dark: { mark: '#e07f7c', ink: '#efa8a5' } },
  },
  'worker-pool-batched': {
    ...WORKER_POOL,
    description: 'idealised pool: one task for each thread, a shared cursor, no job data moved',
    pool: 'piscina',
    optIn: false,
    letter: 'B',
    terminalColour: 'green',
    shape: 'M0-5.4L5.4 0L0 5.4L-5.4 0z',
    colour: { light: { mark: '#009e73', ink: '#00734f' }, dark: { mark: '#1fb78a', ink: '#4fd0a8' } },
    inSweeps: true,
  },
  'raw-threads': {
    ...WORKER_POOL,
    description: 'worker-pool on plain Workers and a hand-written queue: the least that a pool costs',
    pool: 'raw-threads',
    letter: 'R',
    terminalColour: 'cyan',
    shape: 'M-2.2-5h4.4v10h-4.4z',
    colour: { light: { mark: '#2f7d8a', ink: '#20606b' }, dark: { mark: '#4fb0be', ink: '#82cdd8' } },
  },
  'process-pool': {
    ...WORKER_POOL,
    description: 'one message for each job to a child process with a heap and libuv threads of its own',
    pool: 'processes',
    letter: 'P',
    terminalColour: 'red',
    shape: 'M-5-2.2h10v4.4h-10z',
    colour: { light: { mark: '#7a5230', ink: '#5f3f24' }, dark: { mark: '#c08f63', ink: '#d9b28d' } },
  },
  'distributed-queue': {
    ...WORKER_POOL,
    description: 'one BullMQ job for each job, over Redis, to worker processes here or on other machines',
    pool: null,
    letter: 'Q',
    terminalColour: 'cyan',
    shape: 'M-5 2.2L0-4.8L5 2.2L2.6 4.6L0 1.2L-2.6 4.6z',
    colour: { light: { mark: '#5c6b1f', ink: '#47530f' }, dark: { mark: '#a3b455', ink: '#c3d17f' } },
  },
} as const satisfies Readonly<Record<string, VariantFacts>>;

export type VariantName = keyof typeof VARIANT_FACTS;
export const VARIANT_NAMES = Object.keys(VARIANT_FACTS) as [VariantName, ...VariantName[]];

export function usesWorkers(name: VariantName): boolean {
  return VARIANT_FACTS[name].usesWorkers;
}

/** Those that a workload can be run by. */
export function variantsFor(hasCpuPart: boolean): VariantName[] {
  return VARIANT_NAMES.filter((name) => hasCpuPart || !VARIANT_FACTS[name].needsCpuPart);
}

/** Those of a run that names none. */
export function usualVariants(hasCpuPart: boolean): VariantName[] {
  return variantsFor(hasCpuPart).filter((name) => !VARIANT_FACTS[name].optIn);
}

/** `--queue-workers`: processes on this machine (`4`), or how many to wait for (`external:4`); null for neither. */
export function parseQueueWorkers(
  text: string,
): { readonly workers: number; readonly external: boolean } | null {
  const { external, workers } = /^(?<external>external:)?(?<workers>[1-9]\d{0,6})$/.exec(text)?.groups ?? {};
  return workers === undefined ? null : { workers: Number(workers), external: external !== undefined };
}

/** `--variants pools`: the same jobs by every pool. */
export const POOL_VARIANTS = VARIANT_NAMES.filter((name) => {
  const { pool, jobsOn }: VariantFacts = VARIANT_FACTS[name];
  return pool !== null && jobsOn === 'workers' && name !== 'worker-pool-batched';
});

/** Each of `variants` that has a library for its pool, once with every library of `pools`. */
export function withPools(variants: readonly VariantName[], pools: readonly PoolLibrary[]): VariantName[] {
  return variants.flatMap((name) => {
    if (name !== 'offload' && name !== 'worker-pool') return [name];
    return pools.map((pool): VariantName => (pool === 'piscina' ? name : `${name}+${pool}`));
  });
}

/** `event-loop` once with each of several clients. */
export function withClients(clients: readonly ClientName[]): VariantName[] {
  return clients.map(
    (client): VariantName => (client === DEFAULT_CLIENT ? 'event-loop' : `event-loop+${client}`),
  );
}

/** Null: as `--client` says. */
export function clientOf(name: VariantName): ClientName | null {
  const { client }: VariantFacts = VARIANT_FACTS[name];
  return client ?? null;
}

/** Requests of a job at the most in a variant that sends failed ones again, if neither user nor workload says. */
export const DEFAULT_ATTEMPTS = 3;

export function retries(name: VariantName): boolean {
  const { retries: again }: VariantFacts = VARIANT_FACTS[name];
  return again === true;
}

export function overlaps(name: VariantName): boolean {
  return VARIANT_FACTS[name].overlaps;
}

/** Whether another value on an axis of a sweep changes how it runs its jobs. */
export function isMovedAlong(axis: SweepAxisName, name: VariantName): boolean {
  if (axis === 'workers') return usesWorkers(name);
  if (axis === 'queue-workers') return name === 'distributed-queue';
  return axis !== 'concurrency' || overlaps(name);
}
