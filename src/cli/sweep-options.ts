import { type Command, Option } from 'commander';
import { gridOf } from '../analysis/sweep/axes.ts';
import { MIN_TURNS } from '../analysis/sweep/plan-length.ts';
import { SWEEP_AXES, type SweepAxisName } from '../core/documents/sweep-axes.ts';
import type { SweepAxis } from '../core/documents/sweep-record.ts';
import { ThreadmillError } from '../core/errors.ts';
import { DEFAULT_CONCURRENCY, LIMITS } from '../core/limits.ts';
import { AXIS_OPTIONS, flagOf, type OptionName, optionOf, optionsOf } from '../core/options.ts';
import { isMovedAlong, VARIANT_NAMES, type VariantName } from '../core/variants.ts';
import type { SweepRequest } from '../orchestrator/sweep/define.ts';
import { axisValues } from './axis-values.ts';
import { attributeOf, type RunOptions, toRequest } from './options.ts';
import { parserOf, runOptions } from './run-options.ts';
import { number, wholeNumber } from './values.ts';

const DEFAULT_AXIS: SweepAxis = { name: 'concurrency', values: [1, 2, 4, 8, 16, 32, 64] };

export interface SweepOptions extends Omit<RunOptions, 'baseline' | 'failIf'> {
  readonly fresh?: boolean;
  readonly targetRate?: number;
}

export function addSweepOptions(command: Command): Command {
  const [axes, others] = [true, false].map((isAxis) =>
    optionsOf('sweep').filter((name) => (optionOf(name).axis !== undefined) === isAxis),
  );
  const fresh = new Option('--fresh', 'start over instead of continuing an unfinished sweep');
  const target = new Option(
    '--target-rate <n>',
    'jobs/s that --queue-workers are to reach: how many workers it takes (default: the next round rates)',
  );
  const options = [
    ...axes!.map(axisOption),
    ...runOptions('sweep', others),
    target.argParser(number('--target-rate', LIMITS.rate.least, LIMITS.rate.most)).helpGroup('Output:'),
    fresh.helpGroup('Output:'),
  ];
  for (const option of options) command.addOption(option);
  return command;
}

function axisOption(name: OptionName): Option {
  const { flags, help, syntax } = optionOf(name);
  const parse =
    syntax.type === 'queue-workers'
      ? wholeNumber(flagOf(name), 1, LIMITS.workers)
      : (parserOf(name) as (given: string) => number);
  return new Option(flags.replace(/<.*>/, '<list>'), typeof help === 'function' ? help('sweep') : help)
    .argParser(axisValues(flagOf(name), parse))
    .helpGroup('What to sweep, one or two of these with several values:');
}

export function toSweepRequest(options: SweepOptions, argv: readonly string[]): SweepRequest {
  const { fresh, targetRate = null, ...given } = options;
  const lists = SWEEP_AXES.flatMap((axis) => {
    const attribute = attributeOf(AXIS_OPTIONS[axis]);
    const values = new Map(Object.entries(given)).get(attribute) as number[] | undefined;
    return values === undefined ? [] : [{ name: axis, attribute, values }];
  });
  const axes = lists
    .filter(({ values }) => values.length > 1)
    .map(({ name, values }): SweepAxis => ({ name, values }));
  if (axes.length === 0 && lists.every(({ name }) => name !== 'concurrency')) axes.push(DEFAULT_AXIS);
  checkAxes(axes);
  // What is an axis has no single value; what is not has at most one.
  const single = lists.map(({ name, attribute, values: [value, ...more] }) => {
    if (value === undefined || more.length > 0) return [attribute, undefined];
    return [attribute, name === 'queue-workers' ? String(value) : value];
  });
  const shared = { ...given, ...Object.fromEntries(single) };
  const isNamed = argv.some((word) => /^--variants(=|$)/.test(word));
  const usual = axes.map(({ name }) => USUAL_VARIANTS[name]).find((names) => names !== undefined);
  const variants = isNamed || usual === undefined ? {} : { variants: [...usual] };
  const base = { ...toRequest('sweep', { ...shared, ...variants }, argv), trace: false };
  checkFit(axes, base);
  if (targetRate !== null && axes.every(({ name }) => name !== 'queue-workers')) {
    throw new ThreadmillError('usage', '--target-rate is for a sweep of --queue-workers', {
      advice: 'Give several values: --queue-workers 1,2,4.',
    });
  }
  return { base, axes, fresh: fresh === true, targetRate };
}

/** Of a sweep along these axes that names none: what a payload costs depends on whether it goes to another thread. */
const USUAL_VARIANTS: Readonly<Partial<Record<SweepAxisName, readonly VariantName[]>>> = {
  'queue-workers': ['distributed-queue'],
  payload: ['event-loop', 'offload'],
};

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
      `${names.join(' × ')}: no point has a concurrency as high as its threads`,
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

const IDLE_ADVICE: Readonly<Partial<Record<SweepAxisName, string>>> = {
  workers: 'Add a worker-pool variant.',
  'queue-workers': 'Add distributed-queue to --variants, or leave --variants out.',
};

/** Points that could not be what their values say. */
function checkFit(axes: readonly SweepAxis[], { jobs, concurrency, ...base }: SweepRequest['base']): void {
  const variants = base.variants ?? VARIANT_NAMES;
  const idle = axes.find(({ name }) => variants.every((variant) => !isMovedAlong(name, variant)));
  if (idle !== undefined) {
    throw new ThreadmillError('usage', `--${idle.name} has no effect on ${variants.join(', ')}`, {
      advice: IDLE_ADVICE[idle.name] ?? 'Add a variant that overlaps jobs.',
    });
  }
  const most = (name: SweepAxisName) => axes.find((axis) => axis.name === name)?.values.at(-1) ?? null;
  const queueWorkers = most('queue-workers');
  const ofEach = most('concurrency') ?? (queueWorkers === null ? null : (concurrency ?? DEFAULT_CONCURRENCY));
  const inFlight = ofEach === null ? null : ofEach * (queueWorkers ?? 1);
  if (inFlight !== null && inFlight > LIMITS.concurrency) {
    throw new ThreadmillError(
      'usage',
      `--queue-workers: ${queueWorkers} workers with a concurrency of ${ofEach} each are more than ${LIMITS.concurrency} jobs`,
      {
        advice:
          'Give fewer workers, or a lower --concurrency: along --queue-workers it is that of each worker.',
      },
    );
  }
  if (jobs !== null && inFlight !== null && jobs < MIN_TURNS * inFlight) {
    throw new ThreadmillError('usage', `--jobs: ${jobs} jobs are too few for a concurrency of ${inFlight}`, {
      advice: `Give at least ${MIN_TURNS * inFlight}, ${MIN_TURNS} for each, or leave --jobs out.`,
    });
  }
  const threads = most('workers');
  if (threads !== null && inFlight === null && concurrency !== null && threads > concurrency) {
    throw new ThreadmillError(
      'usage',
      `--workers: ${threads} threads cannot share a concurrency of ${concurrency}`,
      { advice: `Give --concurrency ${threads} or more.` },
    );
  }
  if (threads !== null && jobs !== null && inFlight === null && jobs < MIN_TURNS * threads) {
    throw new ThreadmillError('usage', `--jobs: ${jobs} jobs cannot show ${threads} threads`, {
      advice: `Give at least ${MIN_TURNS * threads}, or leave --jobs out.`,
    });
  }
}
