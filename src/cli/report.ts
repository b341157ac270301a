import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { EXIT, ThreadmillError } from '../core/errors.ts';
import { REPORT_EXAMPLES, withExamples } from './help.ts';
import { outOption } from './run-options.ts';
import { listOf, path, wholeNumber } from './values.ts';

interface ReportOptions {
  readonly compare?: string[];
  readonly cpuprofile?: string[];
  readonly jobs?: number[];
  readonly card?: boolean;
  readonly output?: string;
  readonly force?: boolean;
  readonly out: string;
  readonly open: boolean;
}

const MAX_JOBS = 1_000_000_000;
const OTHER = 'Other pages:';

export function reportCommand(done: (code: number) => void): Command {
  const command = new Command('report')
    .description('Draw the report of a run, a sweep or a recording from its folder, and open it.')
    .argument('[run]', 'its id, the start of it, its folder, or latest (default: latest)')
    .addOption(compareOption())
    .addOption(
      grouped(
        OTHER,
        '--cpuprofile <files...>',
        'draw imported .cpuprofile files or folders: the threads of a process, or two profiles to compare',
      ),
    )
    .addOption(
      grouped(OTHER, '--jobs <n,m>', 'with --cpuprofile: jobs per profile, to show time per job').argParser(
        listOf(wholeNumber('--jobs', 1, MAX_JOBS)),
      ),
    )
    .addOption(
      grouped(
        OTHER,
        '--card',
        'write the first screen of a run as an SVG, for a README or a slide',
      ).conflicts(['compare', 'cpuprofile']),
    )
    .addOption(grouped(OTHER, '--output <path>', 'file or folder to write to').argParser(path('--output')))
    .addOption(grouped(OTHER, '--force', 'overwrite the file even if it is not a page of this kind'))
    .addOption(outOption())
    .addOption(grouped('Output:', '--no-open', 'print the path, open nothing'))
    .action(async (run: string | undefined, options: ReportOptions) => {
      await draw(run, options);
      done(EXIT.ok);
    });
  return withExamples(command, REPORT_EXAMPLES);
}

function compareOption(): Option {
  return grouped(
    OTHER,
    '--compare <runs...>',
    'draw two runs or recordings in one page, the earlier one first',
  ).conflicts('cpuprofile');
}

function grouped(group: string, flags: string, description: string): Option {
  return new Option(flags, description).helpGroup(group);
}

async function draw(run: string | undefined, options: ReportOptions): Promise<void> {
  const { compare, cpuprofile, jobs, open } = options;
  const outDir = resolve(options.out);
  const place = { output: options.output ?? null, force: options.force === true };
  if (jobs !== undefined && cpuprofile === undefined) throw belongs('--jobs', '--cpuprofile');
  if (cpuprofile !== undefined) {
    if (run !== undefined) throw surplus(run, '--cpuprofile');
    const { reportProfiles } = await import('./report-profiles.ts');
    return reportProfiles(cpuprofile, jobs ?? null, place, open);
  }
  if (compare !== undefined) {
    if (run !== undefined) throw surplus(run, '--compare');
    const { reportComparison } = await import('./report-comparison.ts');
    return reportComparison(outDir, compare, place, open);
  }
  if (options.card === true) {
    const { reportCard } = await import('./report-run.ts');
    return reportCard(outDir, run, place);
  }
  for (const option of ['output', 'force'] as const) {
    if (options[option] !== undefined) throw belongs(`--${option}`, '--compare, --cpuprofile and --card');
  }
  const { reportRun } = await import('./report-run.ts');
  return reportRun(outDir, run, open);
}

function belongs(option: string, to: string): ThreadmillError {
  return new ThreadmillError('usage', `${option} is for ${to}`, {
    advice: 'The report of a run lies in its folder, and is about its jobs.',
  });
}

function surplus(run: string, option: string): ThreadmillError {
  return new ThreadmillError(
    'usage',
    `${option} and the run ${JSON.stringify(run.slice(0, 80))} are two reports`,
    {
      advice: 'Name what is to be drawn after the option, and nothing else.',
    },
  );
}
