import { type Command, Option } from 'commander';
import { gridOf, ordered } from '../analysis/sweep/axes.ts';
import { MIN_TURNS } from '../analysis/sweep/plan-length.ts';
import type { SweepAxisName } from '../core/documents/sweep-axes.ts';
import type { SweepAxis } from '../core/documents/sweep-record.ts';
import { ThreadmillError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { overlaps, usesWorkers, VARIANT_FACTS, VARIANT_NAMES, type VariantName } from '../core/variants.ts';
import type { SweepRequest } from '../orchestrator/sweep/define.ts';
import { axisValues } from './axis-values.ts';
import { type RunOptions, toRequest } from './options.ts';
import { runOptions } from './run-options.ts';
import { duration, wholeNumber } from './values.ts';

/** Options of bench that mean the same at every point of a sweep. Others may be no part of it, so they are named. */
const SHARED = [
  ...['--workload', '--jobs', '--variants', '--rounds', '--precision', '--max-time', '--warmup', '--seed'],
  ...['--timeout', '--url', '--jitter', '--payload', '--no-keep-alive', '--out', '--json', '--quiet'],
  ...['--verbose', '--transfer', '--results', '--inputs'],
];

const DEFAULT_VARIANTS = VARIANT_NAMES.filter((name) => VARIANT_FACTS[name].inSweeps);
/** Seven points of it take about two minutes. */
const DEFAULT_MAX_TIME_MS = 12_000;
const DEFAULT_AXIS: SweepAxis = { name: 'concurrency', values: [1, 2, 4, 8, 16, 32, 64] };

/** What commander makes of the options below. */
export interface SweepOptions
  extends Omit<
    RunOptions,
    'baseline' | 'failIf' | 'concurrency' | 'workers' | 'cpu' | 'latency' | 'aa' | 'trace' | 'captures'
  > {
  readonly concurrency?: number[];
  readonly workers?: number[];
  readonly cpu?: number[];
  readonly latency?: number[];
  readonly fresh?: boolean;
}

export function addSweepOptions(command: Command): Command {
  const time = (flag: string) => axisValues(flag, duration(flag, 0, LIMITS.responseMs));
  const count = (flag: string, most: number) => axisValues(flag, wholeNumber(flag, 1, most));
  const axes = [
    new Option('--concurrency <list>', 'jobs in flight at once (default: 1..64)').argParser(
      count('--concurrency', LIMITS.concurrency),
    ),
    new Option('--workers <list>', 'threads of the worker-pool variants').argParser(
      count('--workers', LIMITS.workers),
    ),
    new Option('--cpu <list>', 'CPU work on each response').argParser(time('--cpu')),
    new Option('--latency <list>', 'mean latency of every API').argParser(time('--latency')),
  ].map((option) => option.helpGroup('What to sweep, one or two of these with several values:'));
  const shared = runOptions('bench').filter(({ long }) => SHARED.includes(long ?? ''));
  for (const option of shared) {
    if (option.long === '--jobs') {
      option.description = 'jobs at each point (default: four to ten for each in flight)';
    } else if (option.long === '--variants')
      option.default([...DEFAULT_VARIANTS], DEFAULT_VARIANTS.join(','));
    else if (option.long === '--jitter') option.default(0);
    else if (option.long === '--json') option.description = option.description.replace('run', 'sweep');
    else if (option.long === '--max-time') {
      option.description = `longest that the rounds of a point may take when they are auto (default: ${DEFAULT_MAX_TIME_MS / 1_000}s)`;
    }
  }
  const fresh = new Option('--fresh', 'begin anew instead of going on with an unfinished sweep');
  for (const option of [...axes, ...shared, fresh.helpGroup('Output:')]) command.addOption(option);
  return command;
}

/** What these options ask for. `argv` is the command line after `threadmill`. */
export function toSweepRequest(options: SweepOptions, argv: readonly string[]): SweepRequest {
  const { concurrency, workers, cpu, latency, fresh, ...shared } = options;
  const given: readonly (readonly [SweepAxisName, number[] | undefined])[] = [
    ['concurrency', concurrency],
    ['workers', workers],
    ['cpu', cpu],
    ['latency', latency],
  ];
  const lists = given.flatMap(([name, values]): SweepAxis[] =>
    values !== undefined && values.length > 1 ? [{ name, values }] : [],
  );
  const axes = ordered(lists.length === 0 && concurrency === undefined ? [DEFAULT_AXIS] : lists);
  checkAxes(axes);
  // What is an axis has no single value; what is not has at most one.
  const one = (values: number[] | undefined) => (values?.length === 1 ? values[0] : undefined);
  const fixed = { concurrency: one(concurrency), workers: one(workers), latency: one(latency) };
  const base = toRequest(
    'bench',
    {
      ...shared,
      ...Object.fromEntries(Object.entries(fixed).filter(([, value]) => value !== undefined)),
      cpu: one(cpu) ?? 0,
      maxTime: shared.maxTime ?? DEFAULT_MAX_TIME_MS,
      aa: false,
      trace: false,
    },
    argv,
  );
  checkFit(axes, base);
  return { base, axes, fresh: fresh === true };
}

function checkAxes(axes: readonly SweepAxis[]): void {
  const refuse = (message: string, advice: string): never => {
    throw new ThreadmillError('usage', message, { advice });
  };
  const names = axes.map(({ name }) => `--${name}`);
  if (axes.length === 0) {
    refuse(
      'there is nothing to sweep: no option has several values',
      'Give a list, --concurrency 1..64 say.',
    );
  }
  if (axes.length > 2) {
    refuse(
      `${names.join(', ')}: a sweep has one or two axes, not ${axes.length}`,
      'Give each of the others a single value.',
    );
  }
  const long = axes.find(({ values }) => values.length > LIMITS.points);
  if (long !== undefined) {
    refuse(
      `--${long.name}: ${long.values.length} values, more than ${LIMITS.points}`,
      'Give fewer: a range like 1..64 doubles and has seven.',
    );
  }
  const points = gridOf(axes).length;
  if (points === 0) {
    refuse(
      `${names.join(' × ')}: no point has as many jobs in flight as threads`,
      'Give a higher --concurrency, or fewer --workers.',
    );
  }
  if (points > LIMITS.points) {
    const sizes = axes.map(({ values }) => values.length).join(' × ');
    refuse(
      `${names.join(' × ')}: ${axes.length > 1 ? `${sizes} values are ` : ''}${points} points, more than ${LIMITS.points}`,
      'Give fewer values: a range like 1..64 doubles and has seven.',
    );
  }
}

function isMoved(axis: SweepAxisName, variant: VariantName): boolean {
  if (axis === 'workers') return usesWorkers(variant);
  return axis !== 'concurrency' || overlaps(variant);
}

/** Points that could not be what their values say. */
function checkFit(axes: readonly SweepAxis[], { jobs, concurrency, ...base }: SweepRequest['base']): void {
  const variants = base.variants ?? VARIANT_NAMES;
  const idle = axes.find(({ name }) => variants.every((variant) => !isMoved(name, variant)));
  if (idle !== undefined) {
    throw new ThreadmillError('usage', `--${idle.name}: it is nothing to ${variants.join(', ')}`, {
      advice: idle.name === 'workers' ? 'Add a worker-pool variant.' : 'Add a variant that overlaps jobs.',
    });
  }
  const most = (name: SweepAxisName) => axes.find((axis) => axis.name === name)?.values.at(-1) ?? null;
  const inFlight = most('concurrency');
  if (jobs !== null && inFlight !== null && jobs < MIN_TURNS * inFlight) {
    throw new ThreadmillError('usage', `--jobs: ${jobs} jobs cannot show ${inFlight} in flight`, {
      advice: `Give at least ${MIN_TURNS * inFlight}, ${MIN_TURNS} for each, or leave --jobs out.`,
    });
  }
  const threads = most('workers');
  if (threads !== null && inFlight === null && concurrency !== null && threads > concurrency) {
    throw new ThreadmillError(
      'usage',
      `--workers: ${threads} threads cannot share ${concurrency} jobs in flight`,
      { advice: `Give --concurrency ${threads} or more.` },
    );
  }
  if (threads !== null && jobs !== null && inFlight === null && jobs < MIN_TURNS * threads) {
    throw new ThreadmillError('usage', `--jobs: ${jobs} jobs cannot show ${threads} threads`, {
      advice: `Give at least ${MIN_TURNS * threads}, or leave --jobs out.`,
    });
  }
}
