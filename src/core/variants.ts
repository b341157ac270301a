/** What the rest of the code and every output know about a variant. */
export interface VariantFacts {
  /** One line, for `--help`. */
  readonly description: string;
  /** It has worker threads, `--workers` of them. */
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

/** Every way to run a plan, in the order in which tables show them; the first is the baseline. */
export const VARIANT_FACTS = {
  sequential: {
    description: 'one job after another on the main thread: the baseline',
    usesWorkers: false,
    jobsOn: 'main',
    needsCpuPart: false,
    overlaps: false,
    letter: 'S',
    terminalColour: 'gray',
    shape: 'M0-5.2L4.9 3.6L-4.9 3.6z',
    colour: { light: { mark: '#6a717c', ink: '#4a515b' }, dark: { mark: '#8d95a1', ink: '#b9c0ca' } },
    // It does not depend on what is swept most, and takes longer than all others together.
    inSweeps: false,
  },
  'event-loop': {
    description: 'jobs overlapped on the event loop of the main thread',
    usesWorkers: false,
    jobsOn: 'main',
    needsCpuPart: false,
    overlaps: true,
    letter: 'E',
    terminalColour: 'blue',
    shape: 'M-4.4 0a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0-8.8 0z',
    colour: { light: { mark: '#0072b2', ink: '#00639b' }, dark: { mark: '#3d9ad6', ink: '#74bdec' } },
    inSweeps: true,
  },
  offload: {
    description: 'requests on the event loop, the CPU part of each job in a Piscina task',
    usesWorkers: true,
    jobsOn: 'main',
    needsCpuPart: true,
    overlaps: true,
    letter: 'O',
    shape: 'M-1.7-4.9h3.4v3.2h3.2v3.4h-3.2v3.2h-3.4v-3.2h-3.2v-3.4h3.2z',
    colour: { light: { mark: '#b5568c', ink: '#933f6f' }, dark: { mark: '#d98bb8', ink: '#e8b0cf' } },
    terminalColour: 'magenta',
    inSweeps: false,
  },
  'worker-pool': {
    description: 'one Piscina task for each job; its result is returned to the main thread',
    usesWorkers: true,
    jobsOn: 'workers',
    needsCpuPart: false,
    overlaps: true,
    letter: 'W',
    terminalColour: 'yellow',
    shape: 'M-3.9-3.9h7.8v7.8h-7.8z',
    colour: { light: { mark: '#d98400', ink: '#925600' }, dark: { mark: '#e69f00', ink: '#f0b541' } },
    inSweeps: true,
  },
  'worker-pool-batched': {
    description: 'idealised pool: one task for each thread, a shared cursor, no job data moved',
    usesWorkers: true,
    jobsOn: 'workers',
    needsCpuPart: false,
    overlaps: true,
    letter: 'B',
    terminalColour: 'green',
    shape: 'M0-5.4L5.4 0L0 5.4L-5.4 0z',
    colour: { light: { mark: '#009e73', ink: '#00734f' }, dark: { mark: '#1fb78a', ink: '#4fd0a8' } },
    inSweeps: true,
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

export function overlaps(name: VariantName): boolean {
  return VARIANT_FACTS[name].overlaps;
}
