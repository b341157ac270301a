import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command, Option } from 'commander';
import { buildProgram } from '../../src/cli/program.ts';
import { faultForm } from '../../src/cli/values.ts';
import { EXIT, EXIT_MEANINGS } from '../../src/core/errors.ts';
import { FAULT_NAMES, faultFacts } from '../../src/core/faults.ts';
import { listed } from '../../src/core/format.ts';
import { WARNINGS } from '../../src/core/warnings.ts';

/** Pages with parts between `<!-- generated: name -->` and `<!-- end -->`, by their paths. */
export const REFERENCE_FILES: readonly string[] = ['reference', 'recording'].map((name) =>
  fileURLToPath(new URL(`../../docs/${name}.md`, import.meta.url)),
);

const PROGRAM = buildProgram([], () => undefined);

/** A page with its generated parts made anew from the command line, the faults, the exit codes and the warnings. */
export function withReference(file: string): string {
  return readFileSync(file, 'utf8').replace(
    /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n${partOf(name)}\n\n${end}`,
  );
}

function partOf(name: string): string {
  if (name === 'commands') {
    const rows = PROGRAM.commands.map((command) => [`\`${usageOf(command)}\``, summaryOf(command)]);
    return table(['Command', 'What it does'], rows);
  }
  if (name === 'exit-codes') {
    const codes = Object.keys(EXIT) as (keyof typeof EXIT)[];
    return table(
      ['Code', 'Means'],
      codes.map((code) => [String(EXIT[code]), withCode(EXIT_MEANINGS[code])]),
    );
  }
  if (name === 'warnings') {
    const rows = Object.entries(WARNINGS).map(([code, { means }]) => [`\`${code}\``, means]);
    return table(['Code', 'Means'], rows);
  }
  if (name === 'faults') {
    const rows = FAULT_NAMES.map((fault) => {
      const { does, outcomes, per } = faultFacts(fault);
      const ended = listed(
        outcomes.map((outcome) => `\`${outcome}\``),
        'or',
      );
      return [`\`${faultForm(fault)}\``, per, does, ended];
    });
    return table(['Fault', 'Share of', 'The server', 'Its jobs end as'], rows);
  }
  return optionsOf(name);
}

/** The options of a command; of `profile` and `sweep` those that `bench` does not have alike, then the names of the others. */
function optionsOf(name: string): string {
  const rows = rowsOf(name);
  if (name !== 'profile' && name !== 'sweep') return table(['Option', 'Default', 'Meaning'], rows);
  const bench = new Set(rowsOf('bench').map((row) => row.join()));
  const own = rows.filter((row) => !bench.has(row.join()));
  const shared = rows
    .filter((row) => bench.has(row.join()))
    .map(([flags = '']) => flags.replace(/ <.*>/, ''));
  return `${table(['Option', 'Default', 'Meaning'], own)}\n\nAs for \`bench\`: ${shared.join(', ')}.`;
}

function rowsOf(name: string): string[][] {
  const command = PROGRAM.commands.find((each) => each.name() === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const rows = command.registeredArguments.map((argument) =>
    row(argument.required ? `<${argument.name()}>` : `[${argument.name()}]`, argument.description, null),
  );
  return [
    ...rows,
    ...command.options.map((option) => row(option.flags, option.description, defaultOf(option))),
  ];
}

/** A default that is decided later stands at the end of the description. */
function row(flags: string, description: string, shown: string | null): string[] {
  const [, meaning = description, decided = ''] = /^(.*) \(default: (.*)\)$/.exec(description) ?? [];
  return [`\`${flags}\``, withCode(shown ?? decided), withCode(meaning)];
}

function defaultOf({ defaultValue, defaultValueDescription, negate }: Option): string | null {
  if (negate || defaultValue === undefined) return null;
  return defaultValueDescription ?? String(defaultValue);
}

function usageOf(command: Command): string {
  const given = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return ['threadmill', command.name(), ...(command.name() === 'record' ? ['--'] : []), ...given].join(' ');
}

function summaryOf(command: Command): string {
  return command.description().split('\n')[0]!;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n').replaceAll(' |  |', ' | |');
}

function withCode(text: string): string {
  return text.replace(/(?<![\w`-])--[a-z][\w-]*|'[^']+'|[\w:]+<\w+>/g, '`$&`');
}
