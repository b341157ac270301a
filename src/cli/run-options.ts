import { type Command, Option } from 'commander';
import { CAPTURE_FACTS, CAPTURE_NAMES } from '../core/captures.ts';
import { ARRIVALS } from '../core/documents/spec.ts';
import { DEFAULT_OUT, LIMITS } from '../core/limits.ts';
import { VARIANT_NAMES } from '../core/variants.ts';
import { isInstalled } from '../orchestrator/captures/tool-package.ts';
import { againstOptions } from './against-options.ts';
import { failIfOption } from './gate-options.ts';
import { outputOptions } from './output.ts';
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

type Kind = 'bench' | 'profile';

/**
 * Of the built-in workload a round takes two seconds, and eight of them are the fewest with which any of six
 * pairs can be told apart after correction. Less time when profiling: the captures take long enough.
 */
export const DEFAULT_MAX_TIME_MS = { bench: 20_000, profile: 15_000 } as const;

/** Two versions, the base twice; most decide sooner. */
export const AGAINST_MAX_TIME_MS = 60_000;

/** Makes options of one group of the help. */
function optionsOf(group: string) {
  return <T>(flags: string, description: string, parse?: (given: string) => T): Option => {
    const made = new Option(flags, description).helpGroup(group);
    return parse === undefined ? made : made.argParser(parse);
  };
}

export function outOption(): Option {
  return optionsOf('Output:')('--out <dir>', 'folder of all runs', path('--out')).default(DEFAULT_OUT);
}

export function addRunOptions(command: Command, kind: Kind): Command {
  for (const one of runOptions(kind)) command.addOption(one);
  return command;
}

/** What bench and profile have in common, and --captures of profile; in the order in which help lists them. */
export function runOptions(kind: Kind): Option[] {
  return [
    ...planOptions(),
    ...(kind === 'profile' ? [capturesOption()] : []),
    ...roundOptions(kind),
    ...paceOptions(),
    ...trialOptions(),
    ...judgementOptions(),
    ...(kind === 'bench' ? againstOptions() : []),
    ...builtInOptions(),
    ...displayOptions(),
  ];
}

function planOptions(): Option[] {
  const option = optionsOf('Measurement:');
  return [
    option('--workload <file>', 'your own workload: a file of TypeScript or JavaScript', path('--workload')),
    option(
      '--jobs <n>',
      'jobs in the plan (default: as the workload says)',
      wholeNumber('--jobs', 1, LIMITS.jobs),
    ),
    option(
      '--concurrency <n>',
      'jobs in flight at once, all threads together',
      wholeNumber('--concurrency', 1, LIMITS.concurrency),
    ),
    option(
      '--workers <n>',
      'threads of the worker-pool variants',
      wholeNumber('--workers', 1, LIMITS.workers),
    ),
    option(
      '--variants <a,b>',
      `which to compare: ${VARIANT_NAMES.join(', ')}`,
      namesOf('--variants', 'variant', VARIANT_NAMES),
    ).default([...VARIANT_NAMES], 'all'),
  ];
}

function capturesOption(): Option {
  const usual = CAPTURE_NAMES.filter((name) => {
    const { tool, isDefault } = CAPTURE_FACTS[name];
    return isDefault && (tool === null || isInstalled(tool));
  });
  return optionsOf('Measurement:')(
    '--captures <a,b>',
    `what to take, or all: ${CAPTURE_NAMES.join(', ')}`,
    namesOrAll('--captures', 'capture', CAPTURE_NAMES),
  ).default(usual, usual.join(','));
}

function roundOptions(kind: Kind): Option[] {
  const option = optionsOf('Measurement:');
  return [
    option(
      '--rounds <n>',
      'timed trials of each variant, or auto: until --precision or --max-time is reached',
      autoOr(wholeNumber('--rounds', 1, LIMITS.rounds)),
    ).default(null, 'auto'),
    option(
      '--precision <percent>',
      'half-width of the speedups’ 95% intervals that is enough',
      percent('--precision', 100 * LIMITS.precision.least, 100 * LIMITS.precision.most),
    ).default(0.02, '2%'),
    option(
      '--max-time <time>',
      `longest that the rounds may take when they are auto (default: ${DEFAULT_MAX_TIME_MS[kind] / 1_000}s, ${kind === 'bench' ? `with --against ${AGAINST_MAX_TIME_MS / 1_000}s, ` : ''}with --aa twice that; up to 5 times as long while rounds are too few to tell)`,
      durationWithUnit('--max-time', 1, LIMITS.timeMs),
    ),
    option('--aa', 'run the baseline twice, to see whether equals come out equal'),
    option('--no-trace', 'leave out the traced pass that says where the time goes'),
  ];
}

function paceOptions(): Option[] {
  const option = optionsOf('Measurement:');
  return [
    option(
      '--rate <n>',
      'start n jobs per second, on a schedule, whether or not others have ended',
      number('--rate', LIMITS.rate.least, LIMITS.rate.most),
    ).conflicts('rateLimit'),
    option(
      '--arrivals <how>',
      `of --rate: ${ARRIVALS.join(' or ')} (default: ${ARRIVALS[0]})`,
      oneOf('--arrivals', ARRIVALS),
    ),
    option(
      '--rate-limit <n>',
      'start at most n jobs per second, for servers that have a limit',
      number('--rate-limit', LIMITS.rate.least, LIMITS.rate.most),
    ),
  ];
}

function trialOptions(): Option[] {
  const option = optionsOf('Measurement:');
  return [
    option('--warmup <n>', 'untimed trials before them', wholeNumber('--warmup', 0, LIMITS.warmup)).default(
      1,
    ),
    option(
      '--seed <n>',
      'same seed: same plan, same order of trials',
      wholeNumber('--seed', 0, LIMITS.seed),
    ).default(1),
    option(
      '--timeout <time>',
      'longest that one job may take',
      duration('--timeout', 1, LIMITS.timeMs),
    ).default(30_000, '30s'),
  ];
}

function judgementOptions(): Option[] {
  const option = optionsOf('Judgement:');
  return [
    option('--baseline <run>', 'compare with an earlier run: an id, a folder or latest', path('--baseline')),
    failIfOption(),
  ];
}

function builtInOptions(): Option[] {
  const option = optionsOf('Built-in workload:');
  return [
    option('--url <base>', 'your own server instead of the embedded one', baseUrl('--url')),
    option(
      '--latency <time>',
      'mean latency of every API (default: each its own)',
      duration('--latency', 0, LIMITS.responseMs),
    ),
    option(
      '--jitter <cv>',
      'how much latencies vary: standard deviation ÷ mean; 0 is fixed',
      number('--jitter', 0, LIMITS.jitter),
    ).default(0.2),
    option('--cpu <time>', 'CPU work on each response', duration('--cpu', 0, LIMITS.responseMs)).default(
      0,
      'none',
    ),
    option(
      '--payload <size>',
      'size of each response (default: each API its own)',
      byteSize('--payload', LIMITS.payloadBytes),
    ),
    option('--no-keep-alive', 'a new connection for each request'),
  ];
}

function displayOptions(): Option[] {
  const option = optionsOf('Output:');
  return [
    outOption(),
    ...outputOptions('the run as JSON on stdout, and nothing else there'),
    option('--quiet', 'no progress, only the result').conflicts('verbose'),
    option('--verbose', 'show the logs on stderr'),
  ];
}
