import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { EXIT, ThreadmillError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { VARIANT_NAMES, type VariantName } from '../core/variants.ts';
import type { Exporter, ProfileSource } from '../output/export/exporter.ts';
import type { PlannedFile, Selection } from '../output/export/plan.ts';
import { EXPORT_EXAMPLES, withExamples } from './help.ts';
import { writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { outOption } from './run-options.ts';
import { suggestion } from './suggest.ts';
import { orderedNamesOf, path, wholeNumber, wordOr } from './values.ts';

interface ExportOptions {
  readonly out: string;
  readonly format?: string;
  readonly variant?: VariantName[];
  readonly thread?: number;
  readonly round?: number | 'traced' | 'profiled' | 'all';
  readonly output?: string;
  readonly force?: boolean;
}

const STDOUT = '-';

export function exportCommand(done: (code: number) => void): Command {
  const command = new Command('export')
    .description(
      'Write the profiles and jobs of a run, or the profiles of a recording, in a format of another program.',
    )
    .argument('[run]', 'its id, the start of it, its folder, or latest (default: latest)')
    .option('--format <name>', 'format; list shows all of them')
    .addOption(
      new Option('--variant <a,b>', 'variants to write (default: all)').argParser(
        orderedNamesOf('--variant', 'variant', VARIANT_NAMES),
      ),
    )
    .addOption(
      new Option('--thread <n>', 'one thread only; 0 is the main thread (default: all)').argParser(
        wholeNumber('--thread', 0, 65_535),
      ),
    )
    .addOption(
      new Option(
        '--round <n>',
        'whose jobs: those of a round, of all timed trials, of the traced trial, or of the profiled one',
      ).argParser(wordOr(['all', 'traced', 'profiled'], wholeNumber('--round', 1, LIMITS.rounds))),
    )
    .addOption(
      new Option('--output <path>', 'file or folder to write to, or - for stdout (default: here)').argParser(
        path('--output'),
      ),
    )
    .option('--force', 'overwrite existing files')
    .addOption(outOption())
    .action(async (run: string | undefined, options: ExportOptions) => {
      await exportRun(run, options);
      done(EXIT.ok);
    });
  return withExamples(command, EXPORT_EXAMPLES);
}

async function exportRun(run: string | undefined, options: ExportOptions): Promise<void> {
  const { EXPORTERS, RECORDING_EXPORTERS } = await import('../output/export/registry.ts');
  if (options.format === 'list') {
    return writeOut([listing(EXPORTERS)]);
  }
  const named = chosen(EXPORTERS, options.format);
  const [{ resolveProfiled }, { RunSource }, { RecordingSource }, { planExport, planRecording }] =
    await Promise.all([
      import('../store/resolve-run.ts'),
      import('../output/export/run-source.ts'),
      import('../output/export/recording-source.ts'),
      import('../output/export/plan.ts'),
    ]);
  const { kind, folder } = await resolveProfiled(resolve(options.out), run);
  const selection: Selection = {
    variants: options.variant ?? null,
    thread: options.thread ?? null,
    round: options.round ?? null,
  };
  if (kind === 'run') {
    const source = await RunSource.open(folder);
    return write(source, named, await planExport(source, named, selection), options);
  }
  const source = await RecordingSource.open(folder);
  const exporter = RECORDING_EXPORTERS.find(({ name }) => name === named.name);
  if (exporter === undefined) {
    const names = RECORDING_EXPORTERS.map(({ name }) => name);
    throw new ThreadmillError(
      'nothing-to-export',
      `recording ${source.id} has nothing to write as ${named.name}`,
      {
        advice: `A recording has CPU profiles: ${names.join(', ')}.`,
      },
    );
  }
  return write(source, exporter, planRecording(source, exporter, selection), options);
}

async function write<Source extends ProfileSource>(
  source: Source,
  exporter: Exporter<Source>,
  planned: readonly PlannedFile[],
  options: ExportOptions,
): Promise<void> {
  const { targetsOf, toFiles, toStdout } = await import('./export-output.ts');
  const contents = planned.map(({ fileName, part }) => ({
    fileName,
    chunks: () => exporter.write(source, part),
  }));
  if (options.output === STDOUT) return toStdout(contents, exporter, process.stdout);
  const targets = targetsOf(
    planned.map(({ fileName }) => fileName),
    {
      output: options.output ?? null,
      folder: `${source.id}-${exporter.name}`,
      force: options.force === true,
    },
  );
  await toFiles(contents, targets);
  await writeOut(targets.map((target) => `${shownPath(target)}\n`));
}

function chosen(exporters: readonly Exporter[], name: string | undefined): Exporter {
  const names = exporters.map((exporter) => exporter.name);
  if (name === undefined) {
    throw new ThreadmillError('usage', '--format is missing', {
      advice: `Known: ${names.join(', ')}. \`--format list\` says what opens them.`,
    });
  }
  const found = exporters.find((exporter) => exporter.name === name);
  if (found !== undefined) return found;
  throw new ThreadmillError('usage', `--format: there is no format ${JSON.stringify(name.slice(0, 80))}`, {
    advice: suggestion(name, names),
  });
}

const NAME_WIDTH = 19;

function listing(exporters: readonly Exporter[]): string {
  return exporters
    .map(
      ({ name, description, opens }) =>
        `${name.padEnd(NAME_WIDTH)}${description}\n${' '.repeat(NAME_WIDTH)}${opens}\n`,
    )
    .join('');
}
