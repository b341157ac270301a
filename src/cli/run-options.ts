import { type Command, Option } from 'commander';
import { CAPTURE_FACTS, CAPTURE_NAMES } from '../core/captures.ts';
import { DEFAULT_OUT } from '../core/limits.ts';
import type { MeasuringCommand } from '../core/option-kinds.ts';
import { flagOf, type OptionName, optionOf, optionsOf } from '../core/options.ts';
import { isInstalled } from '../orchestrator/captures/tool-package.ts';
import { againstOptions } from './against-options.ts';
import { runGateOption } from './gate-options.ts';
import { outputOptions } from './output.ts';
import { autoOr, parserFor, path } from './values.ts';

function inGroup(group: string) {
  return (flags: string, description: string): Option => new Option(flags, description).helpGroup(group);
}

export function outOption(): Option {
  return inGroup('Output:')('--out <dir>', 'folder of all runs')
    .argParser(path('--out'))
    .default(DEFAULT_OUT);
}

export function addRunOptions(command: Command, kind: 'bench' | 'profile'): Command {
  for (const one of runOptions(kind)) command.addOption(one);
  return command;
}

export function runOptions(kind: MeasuringCommand, names = optionsOf(kind)): Option[] {
  const group = (wanted: string) => names.filter((name) => optionOf(name).group === wanted);
  const made = (each: OptionName) => measuringOption(each, kind);
  return [
    ...group('Measurement:').map(made),
    ...(kind === 'sweep' ? [] : judgementOptions()),
    ...(kind === 'bench' ? againstOptions() : []),
    ...group('Built-in workload:').map(made),
    ...displayOptions(kind),
  ];
}

function measuringOption(name: OptionName, kind: MeasuringCommand): Option {
  const { flags, group, help, conflicts, fallback, shown } = optionOf(name);
  const option = inGroup(group)(flags, typeof help === 'function' ? help(kind) : help);
  const parse = parserOf(name);
  if (parse !== null) option.argParser(parse);
  if (conflicts !== undefined) option.conflicts(conflicts);
  if (name === 'captures') return option.default(...defaultCaptures());
  if (shown === null) return option;
  return option.default(fallback(kind), typeof shown === 'function' ? shown(kind) : shown);
}

function defaultCaptures(): [string[], string] {
  const usual = CAPTURE_NAMES.filter((name) => {
    const { tool, isDefault } = CAPTURE_FACTS[name];
    return isDefault && (tool === null || isInstalled(tool));
  });
  return [usual, usual.join(',')];
}

export function parserOf(name: OptionName): ((given: string) => unknown) | null {
  const parse = parserFor(flagOf(name), optionOf(name).syntax);
  return name === 'rounds' && parse !== null ? autoOr(parse) : parse;
}

function judgementOptions(): Option[] {
  const option = inGroup('Judgement:');
  return [
    option(
      '--baseline <run>',
      'compare with an earlier run: its id, the start of it, its folder, or latest',
    ).argParser(path('--baseline')),
    runGateOption(),
  ];
}

function displayOptions(kind: MeasuringCommand): Option[] {
  const option = inGroup('Output:');
  const json = `print ${kind === 'sweep' ? 'sweep.json' : 'run.json'} on stdout, and nothing else`;
  return [
    outOption(),
    ...outputOptions(json).filter(
      ({ long }) => kind !== 'sweep' || ['--json', '--details'].includes(long ?? ''),
    ),
    option('--quiet', 'print the result only, no progress').conflicts('verbose'),
    option('--verbose', 'print the logs on stderr'),
  ];
}
