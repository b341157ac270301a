import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { ThreadmillError } from '../errors.ts';
import type { Gate } from '../gate/parse-gate.ts';
import { redactArguments, redactText } from '../redaction.ts';
import { ARRIVALS, type Arrivals } from '../types/arrivals.ts';
import { CAPTURE_NAMES, type CaptureName, DEFAULT_CAPTURES } from '../types/capture-names.ts';
import { DEFAULT_OUT } from '../types/default-out.ts';
import { LIMITS } from '../types/limits.ts';
import type { ExperimentRequest } from '../types/request.ts';
import type { Load } from '../types/spec.ts';
import { VARIANT_NAMES, type VariantName } from '../types/variant-names.ts';
import { failIfOption } from './gate-options.ts';
import type { JudgingOptions } from './judging.ts';
import { type GivenOutput, type OutputOptions, outputOptions, toOutput } from './output.ts';
import {
  autoOr,
  baseUrl,
  byteSize,
  duration,
  durationWithUnit,
  namesOf,
  namesOrAll,
  number,
  oneOf,
  path,
  percent,
  wholeNumber,
} from './values.ts';

/**
 * Of the built-in workload a round takes two seconds, and eight of them are the fewest with which any of six
 * pairs can be told apart after correction. Less time when profiling: the captures take long enough.
 */
const DEFAULT_MAX_TIME_MS = { bench: 20_000, profile: 15_000 } as const;

/** Jobs a second: one in a quarter of an hour, and more than any client on one machine could start. */
const LEAST_RATE = 0.001;
const MOST_RATE = 1_000_000;

/** How a run is shown while it goes on and at its end. */
export interface DisplayOptions extends OutputOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** What commander makes of the options below; a flag that was not given is not there. */
export interface RunOptions extends GivenOutput, Partial<Pick<DisplayOptions, 'quiet' | 'verbose'>> {
  readonly workload?: string;
  readonly jobs?: number;
  readonly concurrency?: number;
  readonly workers?: number;
  readonly variants: VariantName[];
  readonly rounds: number | null;
  readonly precision: number;
  readonly maxTime?: number;
  readonly check?: boolean;
  readonly trace: boolean;
  readonly warmup: number;
  readonly rate?: number;
  readonly arrivals?: Arrivals;
  readonly maxRate?: number;
  readonly baseline?: string;
  readonly failIf: Gate[];
  readonly seed: number;
  readonly timeout: number;
  readonly out: string;
  readonly url?: string;
  readonly latency?: number;
  readonly jitter: number;
  readonly cpu: number;
  readonly payload?: number;
  readonly keepAlive: boolean;
  readonly captures?: CaptureName[];
}

function option<T>(flags: string, description: string, group: string, parse?: (given: string) => T): Option {
  const made = new Option(flags, description).helpGroup(group);
  return parse === undefined ? made : made.argParser(parse);
}

export function outOption(): Option {
  return option('--out <dir>', 'folder of all runs', 'Output:', path('--out')).default(DEFAULT_OUT);
}

export function addRunOptions(command: Command, kind: 'bench' | 'profile'): Command {
  for (const one of runOptions(kind)) command.addOption(one);
  return command;
}

/** What bench and profile have in common, and --captures of profile. */
export function runOptions(kind: 'bench' | 'profile'): Option[] {
  const measure = 'Measurement:';
  const judge = 'Judgement:';
  const builtIn = 'Built-in workload:';
  const output = 'Output:';
  const whole = (flag: string, low: number, high: number) => wholeNumber(flag, low, high);
  const options = [
    option(
      '--workload <file>',
      'your own workload: a file of TypeScript or JavaScript',
      measure,
      path('--workload'),
    ),
    option(
      '--jobs <n>',
      'jobs in the plan (default: as the workload says)',
      measure,
      whole('--jobs', 1, LIMITS.jobs),
    ),
    option(
      '--concurrency <n>',
      'jobs in flight at once, all threads together',
      measure,
      whole('--concurrency', 1, LIMITS.concurrency),
    ),
    option(
      '--workers <n>',
      'threads of the worker-pool variants',
      measure,
      whole('--workers', 1, LIMITS.workers),
    ),
    option('--variants <a,b>', `which to compare: ${VARIANT_NAMES.join(', ')}`, measure)
      .argParser(namesOf('--variants', 'variant', VARIANT_NAMES))
      .default([...VARIANT_NAMES], 'all'),
    option(
      '--rounds <n>',
      'timed blocks of each variant, or auto: until --precision or --max-time is reached',
      measure,
      autoOr(whole('--rounds', 1, LIMITS.rounds)),
    ).default(null, 'auto'),
    option('--precision <percent>', 'half-width of the speedups’ 95% intervals that is enough', measure)
      .argParser(percent('--precision', 0.01, 100))
      .default(0.02, '2%'),
    option(
      '--max-time <time>',
      `longest that the rounds may take when they are auto (default: ${DEFAULT_MAX_TIME_MS[kind] / 1_000}s, with --check twice that; up to 5 times as long while rounds are too few to tell)`,
      measure,
      durationWithUnit('--max-time', 1, LIMITS.timeMs),
    ),
    option('--check', 'run the baseline twice, to see whether equals come out equal', measure),
    option('--no-trace', 'leave out the traced pass that says where the time goes', measure),
    option(
      '--rate <n>',
      'start so many jobs a second, on a schedule, whether or not others have ended',
      measure,
    )
      .argParser(number('--rate', LEAST_RATE, MOST_RATE))
      .conflicts('maxRate'),
    option(
      '--arrivals <how>',
      `of --rate: ${ARRIVALS.join(' or ')} (default: ${ARRIVALS[0]})`,
      measure,
    ).argParser(oneOf('--arrivals', ARRIVALS)),
    option(
      '--max-rate <n>',
      'start at most so many jobs a second, for servers that have a limit',
      measure,
      number('--max-rate', LEAST_RATE, MOST_RATE),
    ),
    option(
      '--warmup <n>',
      'untimed blocks before them',
      measure,
      whole('--warmup', 0, LIMITS.warmup),
    ).default(1),
    option('--seed <n>', 'same seed: same plan, same order of blocks', measure)
      .argParser(whole('--seed', 0, LIMITS.seed))
      .default(1),
    option('--timeout <time>', 'longest that one job may take', measure)
      .argParser(duration('--timeout', 1, LIMITS.timeMs))
      .default(30_000, '30s'),
    option(
      '--baseline <run>',
      'compare with an earlier run: an id, a folder or latest',
      judge,
      path('--baseline'),
    ),
    failIfOption(),
    option('--url <base>', 'your own server instead of the embedded one', builtIn, baseUrl('--url')),
    option('--latency <time>', 'mean latency of every API (default: each its own)', builtIn).argParser(
      duration('--latency', 0, LIMITS.responseMs),
    ),
    option('--jitter <cv>', 'how much latencies vary: standard deviation ÷ mean; 0 is fixed', builtIn)
      .argParser(number('--jitter', 0, LIMITS.jitter))
      .default(0.2),
    option('--cpu <time>', 'CPU work on each response', builtIn)
      .argParser(duration('--cpu', 0, LIMITS.responseMs))
      .default(0, 'none'),
    option('--payload <size>', 'size of each response (default: each API its own)', builtIn).argParser(
      byteSize('--payload', LIMITS.payloadBytes),
    ),
    option('--no-keep-alive', 'a new connection for each request', builtIn),
    outOption(),
    ...outputOptions('the run as JSON on stdout, and nothing else there'),
    option('--quiet', 'no progress, only the result', output).conflicts('verbose'),
    option('--verbose', 'show the logs on stderr', output),
  ];
  if (kind === 'profile') {
    options.splice(
      5,
      0,
      option('--captures <a,b>', `what to take, or all: ${CAPTURE_NAMES.join(', ')}`, measure)
        .argParser(namesOrAll('--captures', 'capture', CAPTURE_NAMES))
        .default([...DEFAULT_CAPTURES], DEFAULT_CAPTURES.join(',')),
    );
  }
  return options;
}

export function toDisplayOptions({
  quiet,
  verbose,
  ...output
}: GivenOutput & Partial<Pick<DisplayOptions, 'quiet' | 'verbose'>>): DisplayOptions {
  return { ...toOutput(output), quiet: quiet === true, verbose: verbose === true };
}

export function toJudging({ failIf, baseline }: RunOptions): JudgingOptions {
  return { gates: failIf, baseline: baseline ?? null };
}

/** The request that these options make; paths become absolute. `argv` is the command line after `threadmill`. */
export function toRequest(
  command: 'bench' | 'profile',
  options: Omit<RunOptions, 'baseline' | 'failIf'>,
  argv: readonly string[],
): ExperimentRequest {
  return {
    command,
    commandLine: `threadmill ${redactArguments(argv)}`,
    outDir: resolve(options.out),
    out: redactText(options.out),
    workloadFile: options.workload === undefined ? null : resolve(options.workload),
    url: options.url ?? null,
    jobs: options.jobs ?? null,
    concurrency: options.concurrency ?? null,
    workers: options.workers ?? null,
    variants: options.variants,
    rounds: options.rounds,
    precision: options.precision,
    // The baseline is often as slow as all others together.
    maxTimeMs: options.maxTime ?? DEFAULT_MAX_TIME_MS[command] * (options.check === true ? 2 : 1),
    // Who says how long it may take is not kept waiting any longer.
    leastRounds: options.maxTime === undefined ? null : 1,
    check: options.check === true,
    trace: options.trace,
    load: toLoad(options),
    warmup: options.warmup,
    seed: options.seed,
    timeoutMs: options.timeout,
    latencyMs: options.latency ?? null,
    jitter: options.jitter,
    cpuMs: options.cpu,
    cpuIterationsPerMs: null,
    payloadBytes: options.payload ?? null,
    keepAlive: options.keepAlive,
    captures: options.captures ?? [],
    sweep: null,
  };
}

function toLoad({ rate, arrivals, maxRate }: Pick<RunOptions, 'rate' | 'arrivals' | 'maxRate'>): Load {
  if (rate !== undefined) return { kind: 'open', rate, arrivals: arrivals ?? ARRIVALS[0] };
  if (arrivals !== undefined) {
    throw new ThreadmillError('usage', '--arrivals is for a run with --rate', {
      advice: 'Give the jobs a second as well: --rate 100.',
    });
  }
  return { kind: 'closed', maxRate: maxRate ?? null };
}
