import { resolve } from 'node:path';
import { Option } from 'commander';
import { type Gate, isChange, parseGate } from '../analysis/gates/parse-gate.ts';
import { type AgainstOptions, type AgainstRequest, againstOptionsSchema } from '../core/documents/against.ts';
import { ThreadmillError } from '../core/errors.ts';
import { flagOf, optionOf } from '../core/options.ts';
import { suggestion } from './suggest.ts';
import { oneOf, parserFor, path, percent, quote } from './values.ts';

export interface GivenAgainst {
  readonly against?: string;
  readonly againstOption?: AgainstOptions;
  readonly againstNode?: string;
  readonly againstEnv?: Readonly<Record<string, string>>;
  /** Percent. */
  readonly gate?: number;
  readonly profile?: boolean;
}

/** Two versions, the base twice; most decide sooner. */
export const AGAINST_MAX_TIME_MS = 60_000;

/** Percent, of wall and of CPU per job. */
const DEFAULT_GATE = 5;

/** Options of which the base may have another value, without dashes and `no-`. */
const OPTIONS = new Map(
  againstOptionsSchema.keyof().options.map((name) => [flagOf(name).replace(/^--(no-)?/, ''), name]),
);

export function againstOptions(): Option[] {
  const options = [
    new Option(
      '--against <what>',
      'run another version, the base, in the same rounds: a workload file, a folder with a checkout, or git:<ref>',
    )
      .argParser(path('--against'))
      .conflicts(['baseline', 'aa']),
    new Option(
      '--against-option <name=value>',
      `option of the base: ${[...OPTIONS.keys()].join(', ')}; repeatable`,
    )
      .argParser(baseOption)
      .conflicts(['baseline', 'aa']),
    new Option('--against-node <binary>', 'Node binary of the base')
      .argParser(path('--against-node'))
      .conflicts(['baseline', 'aa']),
    new Option('--against-env <NAME=value>', 'environment variable of the base; repeatable')
      .argParser(baseVariable)
      .conflicts(['baseline', 'aa']),
    new Option(
      '--gate <percent>',
      `with --against: exit with 99 if the wall time or the CPU per job rose by more (default: ${DEFAULT_GATE}%)`,
    ).argParser((given) => 100 * percent('--gate', 0.1, 1_000)(given)),
    new Option('--profile', 'with --against: profile both versions, and show which functions changed'),
  ];
  return options.map((option) => option.helpGroup('Another version:'));
}

/** What the base is; null without any of its options. */
export function toAgainst(given: GivenAgainst): AgainstRequest | null {
  const { against, againstOption, againstNode, againstEnv } = given;
  const asked = [against, againstOption, againstNode, againstEnv].some((value) => value !== undefined);
  if (!asked) {
    if (given.gate !== undefined)
      throw alone('--gate', "Without it: --baseline <run> --fail-if 'regression > 5%'.");
    if (given.profile === true) throw alone('--profile', 'One version is profiled by `threadmill profile`.');
    return null;
  }
  return {
    what: against ?? null,
    options: againstOption ?? {},
    node: againstNode === undefined ? null : resolve(againstNode),
    env: { ...againstEnv },
  };
}

/** Gates on changes that two versions are held to: those that were given, else one of 5% on wall and on CPU. */
export function withGate(gates: readonly Gate[], { gate }: Pick<GivenAgainst, 'gate'>): Gate[] {
  if (gate === undefined && gates.some(({ metric }) => isChange(metric))) return [...gates];
  const size = Number((gate ?? DEFAULT_GATE).toPrecision(6));
  const added = ['cpu-regression', 'regression'].map((metric) => {
    const parsed = parseGate(`${metric} > ${size}%`);
    if ('known' in parsed) throw new Error(parsed.message);
    return parsed;
  });
  return [...added, ...gates];
}

function alone(flag: string, advice: string): ThreadmillError {
  return new ThreadmillError('usage', `${flag} is for a run with --against`, { advice });
}

function baseOption(given: string, before: AgainstOptions = {}): AgainstOptions {
  const [name, value] = pairOf('--against-option', given, 'concurrency=32');
  const option = OPTIONS.get(name);
  if (option === undefined) {
    throw new ThreadmillError('usage', `--against-option: ${quote(name)} can't differ between versions`, {
      advice: suggestion(name, [...OPTIONS.keys()]),
    });
  }
  const flag = `--against-option ${name}`;
  const parse =
    parserFor(flag, optionOf(option).syntax) ?? ((text) => oneOf(flag, ['true', 'false'])(text) === 'true');
  return { ...before, [option]: parse(value) };
}

function baseVariable(given: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [name, value] = pairOf('--against-env', given, 'UV_THREADPOOL_SIZE=8');
  if (name === '' || name.includes('\0') || value.includes('\0')) {
    throw new ThreadmillError('usage', `--against-env: ${quote(given)} is not a variable`);
  }
  return { ...before, [name]: value };
}

function pairOf(flag: string, given: string, example: string): [string, string] {
  const at = given.indexOf('=');
  if (at < 1) {
    throw new ThreadmillError('usage', `${flag}: ${quote(given)} is not of the form NAME=value`, {
      advice: `Write ${flag} ${example}, say.`,
    });
  }
  return [given.slice(0, at), given.slice(at + 1)];
}
