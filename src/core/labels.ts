import type { QueuePart } from './documents/breakdown.ts';
import type { ClientDifference } from './documents/fairness.ts';
import type { FrameCategory } from './documents/flame.ts';
import type { Bottleneck, BreakdownPart, PhaseName } from './documents/run-record.ts';
import type { ComparedQuantity, Load } from './documents/spec.ts';
import type { Hop } from './documents/trace-record.ts';
import type { BottleneckKind, VerdictTopic } from './documents/verdict.ts';
import { formatNumber, listed } from './format.ts';

/** Labels of the parts of a thread's time. */
export const PART_NAMES: Readonly<Record<BreakdownPart, string>> = {
  'user-cpu': 'CPU in your code',
  'client-cpu': 'CPU in the client',
  gc: 'garbage collection',
  messaging: 'messages between threads',
  cpuWait: 'CPU wait',
  waiting: 'waiting',
  idle: 'idle',
};

/** The same where there is little room. */
export const SHORT_PART_NAMES: Readonly<Record<BreakdownPart, string>> = {
  'user-cpu': 'your CPU',
  'client-cpu': 'client',
  gc: 'GC',
  messaging: 'msgs',
  cpuWait: 'CPU wait',
  waiting: 'waiting',
  idle: 'idle',
};

/** What the bottleneck of a verdict is called. */
export const BOTTLENECK_KIND_NAMES: Readonly<Record<BottleneckKind, string>> = {
  waiting: 'waiting',
  cpu: 'CPU',
  server: 'the server',
  coordinator: 'the coordinator',
  queueServer: 'the queue server',
  mixed: 'mixed',
  'rate-limit': 'the rate limit',
};

/** `waiting`, `waiting and CPU`. */
export function bottleneckNames(causes: Bottleneck['causes']): string {
  return listed(causes.map((cause) => BOTTLENECK_KIND_NAMES[cause]));
}

/** What a line of a verdict is about. */
export const TOPIC_LABELS: Readonly<Record<VerdictTopic, string>> = {
  confidence: 'Confidence',
  run: 'Run',
  why: 'Why',
  speedup: 'Speedup',
  choice: 'Choice',
  retries: 'Retries',
  frontier: 'Frontier',
  model: 'Model',
  best: 'Best',
  law: 'Law',
  map: 'Map',
  inconclusive: 'Open',
  excluded: 'Excluded',
  warned: 'Warnings',
  advice: 'Advice',
  cost: 'Cost',
  main: 'Main thread',
  moved: 'Moved data',
  bottleneck: 'Bottleneck',
  queue: 'Queue',
  capacity: 'Capacity',
  change: 'Change',
  aa: 'A/A',
  rounds: 'Rounds',
  time: 'Time',
  cpu: 'CPU',
  note: 'Note',
};

export const PHASE_NAMES: Readonly<Record<PhaseName, string>> = {
  queue: 'queue',
  dns: 'DNS',
  tcp: 'TCP',
  tls: 'TLS',
  send: 'send',
  wait: 'wait',
  download: 'download',
  process: 'process',
};

/** What the time of a job on a queue goes into. */
export const QUEUE_PART_NAMES: Readonly<Record<QueuePart, string>> = {
  backlog: 'wait for a free slot',
  handOver: 'start',
  network: 'network',
  run: 'run',
  return: 'return',
};

/** Labels of the differences between HTTP clients. */
export const DIFFERENCE_NAMES: Readonly<Record<ClientDifference['what'], string>> = {
  connections: 'connections in use',
  'connections-opened': 'connections opened',
  bytes: 'bytes of the responses',
  headers: 'headers sent',
  decompression: 'decompression',
  phases: 'phases of requests',
};

/** How jobs are started. */
export function loadText(load: Load): string {
  if (load.kind === 'open') return `${formatNumber(load.rate)} jobs/s, ${load.arrivals} arrivals`;
  const most = load.rateLimit === null ? '' : `, at most ${formatNumber(load.rateLimit)} jobs/s`;
  return `closed loop${most}`;
}

/** Whose code a function is. */
export const CATEGORY_NAMES: Readonly<Record<FrameCategory, string>> = {
  user: 'your code',
  dependency: 'dependencies',
  threadmill: 'Threadmill',
  node: 'Node.js',
  native: 'native',
  gc: 'garbage collection',
  program: 'engine and system',
  idle: 'idle',
  thread: 'thread',
};

/** What the percentiles of a run are, and are not. */
export const TAILS_NOTE: Readonly<Record<ComparedQuantity, string>> = {
  wall: 'Closed loop: p99 and max under-report stalls (coordinated omission). Use --rate for response times as users see them.',
  response:
    'Response time counts from the intended start of a job, service time from its actual start; late is the difference.',
};

/** What a star beside a variant says. */
export const PARTIAL_NOTE =
  'Fewer than 5% of jobs failed: figures are of the jobs that succeeded, and no claim is made from them.';

/** Which threads a capture has seen. */
export const COVERAGE_NAMES = {
  all: 'all threads',
  some: 'not all threads',
  main: 'main thread only',
} as const;

/** What the table of names is, and is not. */
export const NAMES_NOTE =
  'Jobs of all timed trials. p50 and p90 are durations of successful jobs; phases are means over the jobs of a traced trial. No claim rests on them.';

/** A variant as the head of a column that has to be narrow, of up to four. */
export function shortVariant(variant: string): string {
  return variant.length > 12 ? `…${variant.slice(variant.lastIndexOf('-'))}` : variant;
}

export const HOP_NAMES: Readonly<Record<Hop['hop'], string>> = {
  'main-to-worker': 'to workers',
  'worker-to-main': 'to main',
};
