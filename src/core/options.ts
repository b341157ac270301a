import { z } from 'zod';
import { CAPTURE_NAMES } from './captures.ts';
import { CLIENT_NAMES } from './clients.ts';
import { faultsSchema } from './documents/faults.ts';
import { wholeWithin, within } from './documents/numbers.ts';
import { SWEEP_AXES, type SweepAxisName } from './documents/sweep-axes.ts';
import { type Fault, faultArgument, faultText } from './faults.ts';
import { formatBytes, formatMs, formatNumber } from './format.ts';
import { LIMITS } from './limits.ts';
import {
  asked,
  type Facts,
  flag,
  type Kind,
  type MeasuringCommand,
  number,
  settled,
  text,
  time,
  type ValueSyntax,
  whole,
  word,
} from './option-kinds.ts';
import { HTTP_PROTOCOLS } from './protocols.ts';
import { POOL_LIBRARIES, POOL_VARIANTS, VARIANT_FACTS, VARIANT_NAMES, type VariantName } from './variants.ts';

/** How the jobs of an open loop come: evenly, or as from many users who know nothing of each other. */
export const ARRIVALS = ['uniform', 'poisson'] as const;

/**
 * How bytes go to a worker thread. `auto`: by transfer where they own their whole ArrayBuffer, else by structured clone.
 * `transfer`: others are copied first, and results that own their whole ArrayBuffer come back by transfer as well.
 */
const TRANSFERS = ['auto', 'clone', 'transfer'] as const;
/** `return`: the main thread gets what each job returned; `digest`: only the row of the job. */
const RESULTS = ['return', 'digest'] as const;
/** `send`: a job that has data comes with it; `load`: each thread has it from the workload. */
const INPUTS = ['send', 'load'] as const;

const { precision, rate } = LIMITS;
const MAX_TIME_MS = { bench: 20_000, profile: 15_000, sweep: 12_000 } as const;
const VARIANTS: Kind<z.ZodArray<z.ZodEnum<{ [K in VariantName]: K }>>> = {
  syntax: { type: 'names', of: 'variant', known: VARIANT_NAMES, groups: { pools: POOL_VARIANTS } },
  schema: z.array(z.enum(VARIANT_NAMES)).min(1).max(VARIANT_NAMES.length),
  text: (names) => names.join(', '),
};
const NOT_SWEPT = ['bench', 'profile'] as const;
const MEASUREMENT = 'Measurement:';
const BUILT_IN = 'Built-in workload:';

/** Null: all that can run the workload. */
function defaultVariants(command: MeasuringCommand): VariantName[] | null {
  return command === 'sweep' ? VARIANT_NAMES.filter((name) => VARIANT_FACTS[name].inSweeps) : null;
}

/**
 * Every option that says what is measured, by its field in the request, in the order of the help. The command line,
 * the request, spec.json, the definition of a sweep, the comparison of two runs, the pages and the commands that they
 * print derive from it.
 */
export const OPTIONS = {
  workloadFile: asked(text('path'), {
    flags: '--workload <file>',
    group: MEASUREMENT,
    help: 'your own jobs: a .ts, .mts, .cts, .js, .mjs or .cjs file (default: four built-in APIs)',
    label: null,
  }),
  jobs: asked(whole(1, LIMITS.jobs), {
    flags: '--jobs <n>',
    group: MEASUREMENT,
    help: (command) =>
      command === 'sweep'
        ? 'jobs at each point (default: 4 to 10 times the concurrency)'
        : 'number of jobs; items repeat, or are cut short (default: as the workload says)',
    label: 'Jobs in the plan',
    spec: 'settings',
    compared: 'must-agree',
  }),
  concurrency: asked(whole(1, LIMITS.concurrency), {
    flags: '--concurrency <n>',
    group: MEASUREMENT,
    help: (command) =>
      command === 'sweep'
        ? 'concurrent jobs (default: 1..64)'
        : 'concurrent jobs, all threads together (default: 16)',
    label: 'Concurrency',
    compared: 'must-agree',
    axis: 'concurrency',
  }),
  workers: asked(whole(1, LIMITS.workers), {
    flags: '--workers <n>',
    group: MEASUREMENT,
    help: 'worker threads, at most --concurrency (default: available CPUs, at most 4)',
    label: 'Worker threads',
    compared: 'must-agree',
    axis: 'workers',
  }),
  variants: {
    ...asked(VARIANTS, {
      flags: '--variants <a,b>',
      group: MEASUREMENT,
      help: `variants to compare: ${VARIANT_NAMES.join(', ')}; or pools: every pool that runs whole jobs`,
      label: 'Variants',
    }),
    fallback: defaultVariants,
    shown: (command: MeasuringCommand) =>
      defaultVariants(command)?.join(',') ??
      `${VARIANT_NAMES.filter((name) => !VARIANT_FACTS[name].optIn).join(',')}; offload only if the workload has a CPU part`,
  },
  pool: settled(
    {
      syntax: { type: 'names', of: 'library', known: POOL_LIBRARIES },
      schema: z.array(z.enum(POOL_LIBRARIES)).min(1),
      text: (names) => names.join(', '),
    },
    ['piscina'],
    'piscina',
    {
      flags: '--pool <a,b>',
      group: MEASUREMENT,
      help: `library of offload and worker-pool; each of several is a variant: ${POOL_LIBRARIES.join(', ')}`,
      label: null,
    },
  ),
  queue: asked(text('queue'), {
    flags: '--queue <url>',
    group: MEASUREMENT,
    help: 'of distributed-queue: redis://…, rediss://…, or embedded: a redis-server of its own (default: embedded)',
    label: 'Queue',
    compared: 'shown',
  }),
  queueWorkers: asked(text('queue-workers'), {
    flags: '--queue-workers <n>',
    group: MEASUREMENT,
    help: (command) =>
      command === 'sweep'
        ? 'worker processes of distributed-queue, each with --concurrency jobs'
        : 'worker processes of distributed-queue, or external:<n>: wait for n that join (default: --workers)',
    label: 'Workers of the queue',
    compared: 'must-agree',
    axis: 'queue-workers',
  }),
  uvThreads: asked(whole(1, LIMITS.uvThreads), {
    flags: '--uv-threads <n>',
    group: MEASUREMENT,
    help: 'threads of libuv’s pool in each process (UV_THREADPOOL_SIZE; libuv’s own default is 4)',
    label: 'libuv threads',
    unset: 'UV_THREADPOOL_SIZE, or 4',
    spec: 'plan',
    compared: 'must-agree',
    axis: 'uv-threads',
  }),
  transfer: settled(word(TRANSFERS), 'auto', undefined, {
    flags: '--transfer <how>',
    group: MEASUREMENT,
    help: `how bytes move between threads: ${TRANSFERS.join(', ')}`,
    label: 'Bytes between threads',
    spec: 'plan',
    compared: 'must-agree',
  }),
  results: settled(word(RESULTS), 'return', undefined, {
    flags: '--results <how>',
    group: MEASUREMENT,
    help: 'results of offload and worker-pool: return them to the main thread, or keep only their digest',
    label: 'Results of worker threads',
    spec: 'plan',
    compared: 'must-agree',
  }),
  inputs: settled(word(INPUTS), 'send', undefined, {
    flags: '--inputs <how>',
    group: MEASUREMENT,
    help: 'inputs of worker-pool: send them with each job, or load them in each thread',
    label: 'Inputs of worker threads',
    spec: 'plan',
    compared: 'must-agree',
  }),
  captures: settled(
    {
      syntax: { type: 'names', of: 'capture', known: CAPTURE_NAMES, all: true },
      schema: z.array(z.enum(CAPTURE_NAMES)),
      text: (names) => names.join(', '),
    },
    [],
    null,
    {
      flags: '--captures <a,b>',
      group: MEASUREMENT,
      help: `captures to take, or all: ${CAPTURE_NAMES.join(', ')}`,
      commands: ['profile'],
      label: null,
    },
  ),
  rounds: {
    ...asked(whole(1, LIMITS.rounds), {
      flags: '--rounds <n>',
      group: MEASUREMENT,
      help: 'timed trials per variant, or auto: until --precision or --max-time is reached',
      label: 'Rounds',
      spec: 'plan',
    }),
    shown: 'auto',
  },
  /** Half-width of the interval to reach, as a share of the ratio: 0.02 is ±2%. */
  precision: settled(
    {
      syntax: { type: 'percent', least: 100 * precision.least, most: 100 * precision.most },
      schema: within(precision.least, precision.most),
      text: (share) => `±${formatNumber(share * 100)}%`,
    },
    0.02,
    '2%',
    {
      flags: '--precision <percent>',
      group: MEASUREMENT,
      help: 'target half-width of the speedups’ 95% CIs, for --rounds auto',
      label: null,
      spec: 'plan',
    },
  ),
  /**
   * Of the built-in workload a round takes two seconds, and nine of them are the fewest with which any of ten pairs
   * can be told apart after correction. Less time when profiling: the captures take long enough. Seven points of a
   * sweep take about two minutes.
   */
  maxTimeMs: settled(time(1, LIMITS.timeMs, 'time-with-unit'), (command) => MAX_TIME_MS[command], null, {
    flags: '--max-time <time>',
    group: MEASUREMENT,
    help: (command) =>
      command === 'sweep'
        ? `time limit of the rounds at each point, for --rounds auto (default: ${MAX_TIME_MS.sweep / 1_000}s; up to 5 times that until a claim is possible)`
        : `time limit of the rounds, for --rounds auto (default: ${MAX_TIME_MS[command] / 1_000}s, ${command === 'bench' ? 'with --against 60s, ' : ''}with --aa twice that; up to 5 times that until a claim is possible)`,
    label: null,
    spec: 'plan',
  }),
  aa: settled(flag('the baseline ran twice (--aa)', 'none'), false, null, {
    flags: '--aa',
    group: MEASUREMENT,
    help: 'A/A test: run the baseline against itself',
    commands: NOT_SWEPT,
    label: 'A/A arm',
    spec: 'plan',
  }),
  trace: settled(flag('after the rounds', 'left out (--no-trace)'), true, null, {
    flags: '--no-trace',
    group: MEASUREMENT,
    help: 'skip the traced pass, which finds the bottleneck and draws the timelines',
    commands: NOT_SWEPT,
    label: 'Traced pass',
    spec: 'plan',
  }),
  rate: asked(number(rate.least, rate.most), {
    flags: '--rate <n>',
    group: MEASUREMENT,
    help: 'start n jobs per second on a schedule, even if earlier jobs have not ended',
    commands: NOT_SWEPT,
    label: null,
    conflicts: 'rateLimit',
  }),
  arrivals: asked(word(ARRIVALS), {
    flags: '--arrivals <how>',
    group: MEASUREMENT,
    help: `with --rate: ${ARRIVALS.join(' or ')} arrivals (default: ${ARRIVALS[0]})`,
    commands: NOT_SWEPT,
    label: null,
  }),
  rateLimit: asked(number(rate.least, rate.most), {
    flags: '--rate-limit <n>',
    group: MEASUREMENT,
    help: 'start at most n jobs per second',
    commands: NOT_SWEPT,
    label: null,
  }),
  warmup: settled(whole(0, LIMITS.warmup), 1, undefined, {
    flags: '--warmup <n>',
    group: MEASUREMENT,
    help: 'untimed warm-up trials per variant',
    label: 'Warm-up trials',
    spec: 'plan',
    compared: 'shown',
  }),
  seed: settled(whole(0, LIMITS.seed, String), 1, undefined, {
    flags: '--seed <n>',
    group: MEASUREMENT,
    help: 'the same seed gives the same jobs, order of trials and embedded latencies',
    label: 'Seed',
    spec: 'both',
    compared: 'must-agree',
  }),
  timeoutMs: settled(time(1, LIMITS.timeMs), 30_000, '30s', {
    flags: '--timeout <time>',
    group: MEASUREMENT,
    help: 'time limit of one job',
    label: 'Timeout of a job',
    spec: 'plan',
    compared: 'shown',
  }),
  /** Share of the jobs of a trial. */
  allowFailures: settled(
    {
      syntax: { type: 'percent', least: 0, most: 100 },
      schema: within(0, 1),
      text: (share) => (share === 0 ? 'none' : `${formatNumber(share * 100)}% of the jobs`),
    },
    0,
    '0%',
    {
      flags: '--allow-failures <percent>',
      group: MEASUREMENT,
      help: 'compare trials with up to this share of failed jobs, by the successful ones; beside those that --fault explains',
      commands: NOT_SWEPT,
      label: 'Failures allowed',
      spec: 'plan',
      compared: 'must-agree',
    },
  ),
  protocol: asked(word(HTTP_PROTOCOLS), {
    flags: '--protocol <name>',
    group: MEASUREMENT,
    help: `HTTP version: ${HTTP_PROTOCOLS.join(', ')}; h2 is one connection per thread (default: as the workload says, or h1)`,
    label: 'HTTP protocol',
    spec: 'settings',
    compared: 'must-agree',
  }),
  client: asked(
    {
      syntax: { type: 'names', of: 'client', known: CLIENT_NAMES, all: true },
      schema: z.array(z.enum(CLIENT_NAMES)).min(1),
      text: String,
    },
    {
      flags: '--clients, --client <a,b>',
      group: MEASUREMENT,
      help: `HTTP client of httpWorkload: ${CLIENT_NAMES.join(', ')}; several, or all, are compared on the event loop (default: as the workload says, or ${CLIENT_NAMES[0]})`,
      label: 'HTTP client',
      compared: 'must-agree',
    },
  ),
  retry: asked(whole(1, 100), {
    flags: '--retry <n>',
    group: MEASUREMENT,
    help: 'requests of one job at the most, the first included, with back-off and Retry-After (default: as the workload says, or 1)',
    label: 'Requests of a job',
    spec: 'settings',
    compared: 'shown',
    commands: NOT_SWEPT,
  }),
  ca: asked(text('path'), {
    flags: '--ca <file>',
    group: MEASUREMENT,
    help: 'PEM file of the certificate authorities to trust (default: those of Node)',
    label: 'Certificate authorities',
    spec: 'settings',
  }),
  insecure: settled(flag('any is accepted (--insecure)', 'checked'), false, null, {
    flags: '--insecure',
    group: MEASUREMENT,
    help: 'accept any certificate; every output warns',
    label: 'Certificates of servers',
    spec: 'settings',
    compared: 'shown',
  }),
  url: asked(text('url'), {
    flags: '--url <base>',
    group: BUILT_IN,
    help: 'your own server instead of the embedded one',
    label: null,
  }),
  latencyMs: asked(time(0, LIMITS.responseMs), {
    flags: '--latency <time>',
    group: BUILT_IN,
    help: (command) =>
      `mean latency of all four APIs${command === 'sweep' ? '' : ' (default: 15, 25, 40 and 60 ms)'}`,
    label: 'Latency',
    unset: 'each API’s own',
    spec: 'settings',
    compared: 'must-agree',
    axis: 'latency',
  }),
  jitter: settled(
    number(0, LIMITS.jitter, (cv) => (cv === 0 ? 'none' : `${formatNumber(cv)} (coefficient of variation)`)),
    (command) => (command === 'sweep' ? 0 : 0.2),
    undefined,
    {
      flags: '--jitter <cv>',
      group: BUILT_IN,
      help: 'variation of the latency: standard deviation ÷ mean; 0 is fixed',
      label: 'Jitter',
      spec: 'settings',
      compared: 'must-agree',
    },
  ),
  cpuMs: settled(
    { ...time(0, LIMITS.responseMs), text: (ms) => (ms === 0 ? 'none' : formatMs(ms)) },
    0,
    'none',
    {
      flags: '--cpu <time>',
      group: BUILT_IN,
      help: 'CPU work per response',
      label: 'CPU work on each response',
      spec: 'settings',
      compared: 'must-agree',
      axis: 'cpu',
    },
  ),
  payloadBytes: asked(
    {
      syntax: { type: 'size', least: 0, most: LIMITS.payloadBytes },
      schema: wholeWithin(0, LIMITS.payloadBytes),
      text: formatBytes,
    },
    {
      flags: '--payload <size>',
      group: BUILT_IN,
      help: 'response size (default: 0.5 to 8 KB, depending on the API)',
      label: 'Payload',
      unset: 'each API’s own',
      spec: 'settings',
      compared: 'must-agree',
      axis: 'payload',
    },
  ),
  keepAlive: settled(flag('kept alive', 'a new one for each request'), true, null, {
    flags: '--no-keep-alive',
    group: BUILT_IN,
    help: 'open a new connection per request',
    label: 'Connections',
    spec: 'settings',
    compared: 'must-agree',
  }),
  tls: settled(flag('of the embedded server', 'none'), false, null, {
    flags: '--tls',
    group: BUILT_IN,
    help: 'TLS (https) for the embedded server, HTTP/1.1 and HTTP/2; needs the package selfsigned',
    label: 'TLS',
    spec: 'settings',
    compared: 'must-agree',
  }),
  fault: settled(
    {
      syntax: { type: 'faults' },
      schema: faultsSchema,
      text: (faults) => (faults.length === 0 ? 'none' : faults.map(faultText).join(', ')),
    },
    [],
    null,
    {
      flags: '--fault <a:share,b>',
      group: BUILT_IN,
      help: 'faults of the embedded server, with their share of the requests: reset:1%,latency:5%:200ms',
      commands: NOT_SWEPT,
      label: 'Injected faults',
      spec: 'settings',
      compared: 'must-agree',
    },
  ),
} as const;

type Options = typeof OPTIONS;
export type OptionName = keyof Options;
export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

interface AnyOption extends Facts {
  readonly syntax: ValueSyntax;
  readonly schema: z.ZodType;
  readonly request: z.ZodType;
  readonly shown: string | ((command: MeasuringCommand) => string) | undefined | null;
  fallback(command: MeasuringCommand): unknown;
  text(value: unknown): string;
}

export function optionOf(name: OptionName): AnyOption {
  return OPTIONS[name] as unknown as AnyOption;
}

/** What its flag is called: `--no-keep-alive`. */
export function flagOf(name: OptionName): string {
  return /--[\w-]+(?= <|$)/.exec(OPTIONS[name].flags)![0];
}

function hasCommand(name: OptionName, command: MeasuringCommand): boolean {
  return optionOf(name).commands?.includes(command) ?? true;
}

export function optionsOf(command: MeasuringCommand): OptionName[] {
  return OPTION_NAMES.filter((name) => hasCommand(name, command));
}

export const AXIS_OPTIONS = Object.fromEntries(
  SWEEP_AXES.map((axis) => [axis, OPTION_NAMES.find((name) => optionOf(name).axis === axis)!]),
) as Readonly<Record<SweepAxisName, OptionName>>;

/** A value as people read it; null for one that is not shown. */
export function optionText(name: OptionName, value: unknown): string | null {
  const option = optionOf(name);
  return value === null || value === undefined ? (option.unset ?? null) : option.text(value);
}

/** The arguments that give it this value on the command line; none for a default of the command. */
export function optionArguments(
  name: OptionName,
  value: unknown,
  command: MeasuringCommand = 'bench',
): string[] {
  const { syntax, fallback } = optionOf(name);
  if (value == null || JSON.stringify(value) === JSON.stringify(fallback(command))) return [];
  if (syntax.type === 'flag') return [flagOf(name)];
  return [flagOf(name), printed(syntax, value)];
}

function printed({ type }: ValueSyntax, value: unknown): string {
  if (type === 'percent') return `${Number((100 * Number(value)).toPrecision(12))}%`;
  if (type === 'time-with-unit') return `${value}ms`;
  if (type === 'faults') return (value as Fault[]).map(faultArgument).join(',');
  return Array.isArray(value) ? value.join(',') : String(value);
}
