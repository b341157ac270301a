import { ThreadmillError } from '../../core/errors.ts';
import type { VariantName } from '../../core/variants.ts';
import type { Exporter, Part, ProfileSource, VariantPart } from './exporter.ts';
import type { RecordingSource } from './recording-source.ts';
import type { RunSource, TrialChoice } from './run-source.ts';
import { fileNamePart } from './text.ts';

/** What a person asked for; null: whatever there is. */
export interface Selection {
  readonly variants: readonly VariantName[] | null;
  readonly thread: number | null;
  readonly round: TrialChoice | 'all' | null;
}

export interface PlannedFile {
  readonly fileName: string;
  readonly part: Part;
}

/** The files of an export, at least one. @throws ThreadmillError 'usage' or 'nothing-to-export' */
export async function planExport(
  source: RunSource,
  exporter: Exporter,
  selection: Selection,
): Promise<PlannedFile[]> {
  const parts = await variantParts(source, exporter, selection);
  const file = (middle: readonly string[], variants: readonly VariantPart[]) =>
    plannedFile(source.id, exporter, middle, variants);
  switch (exporter.scope) {
    case 'run':
      return [file(selection.variants ?? [], parts)];
    case 'variant':
      return parts.map((part) => file([part.name], [part]));
    case 'thread':
      return parts.flatMap((part) =>
        part.threads.map((thread) => file([part.name, `thread-${thread}`], [{ ...part, threads: [thread] }])),
      );
    case 'pair':
      return [pairFile(parts, file)];
  }
}

/**
 * The same for a recording, which only has profiles of threads.
 * @throws ThreadmillError 'usage' for what only runs have, 'nothing-to-export' for a thread without a profile.
 */
export function planRecording(
  source: RecordingSource,
  exporter: Exporter<ProfileSource>,
  { variants, thread, round }: Selection,
): PlannedFile[] {
  const option = variants !== null ? '--variant' : round !== null ? '--round' : null;
  if (option !== null) {
    const advice = 'A recording has threads instead: choose one with --thread.';
    throw new ThreadmillError('usage', `${option} is for runs, and ${source.id} is a recording`, { advice });
  }
  const threads = source.threads.filter((each) => thread === null || each === thread);
  if (threads.length === 0) {
    const what = thread === null ? 'no profile' : `no profile of thread ${thread}`;
    throw new ThreadmillError('nothing-to-export', `recording ${source.id} has ${what}`, {
      advice: 'Its recording.json lists the threads; some are not sampled.',
    });
  }
  const file = (middle: readonly string[], of: readonly number[]) =>
    plannedFile(source.id, exporter, middle, [{ name: source.program, threads: of, trials: [] }]);
  return exporter.scope === 'thread'
    ? threads.map((each) => file([`thread-${each}`], [each]))
    : [file([], threads)];
}

function plannedFile(
  id: string,
  { extension }: Pick<Exporter, 'extension'>,
  middle: readonly string[],
  variants: readonly VariantPart[],
): PlannedFile {
  return { fileName: `${[id, ...middle].map(fileNamePart).join('.')}${extension}`, part: { variants } };
}

function pairFile(
  parts: readonly VariantPart[],
  file: (middle: readonly string[], part: readonly VariantPart[]) => PlannedFile,
): PlannedFile {
  const [a, b] = parts;
  if (a === undefined || b === undefined || parts.length > 2) {
    const names = parts.map(({ name }) => name);
    throw new ThreadmillError('usage', `this format takes two variants, not ${names.length}`, {
      advice: `Name two with --variant, the base first. This run has: ${names.join(', ')}.`,
    });
  }
  return file([`${a.name}-vs-${b.name}`], parts);
}

async function variantParts(
  source: RunSource,
  exporter: Exporter,
  selection: Selection,
): Promise<VariantPart[]> {
  const hasThreads = !['jobs', 'trials'].includes(exporter.needs);
  const hasRounds =
    exporter.needs === 'profiled'
      ? selection.round === 'profiled'
      : !['profiles', 'allocations'].includes(exporter.needs);
  const isUnused =
    (selection.thread !== null && !hasThreads && '--thread') ||
    (selection.round !== null && !hasRounds && '--round');
  if (isUnused) {
    throw new ThreadmillError('usage', `${isUnused} does not apply to ${exporter.name}`, {
      advice: 'Leave it out, or choose another format: `threadmill export --format list` shows them.',
    });
  }
  const named = selection.variants;
  const there = source.record.variants.map(({ name }) => name);
  for (const name of named ?? []) {
    if (!there.includes(name)) {
      throw new ThreadmillError('usage', `run ${source.id} has no variant ${name}`, {
        advice: `This run has: ${there.join(', ')}.`,
      });
    }
  }
  const parts: VariantPart[] = [];
  for (const name of named ?? there) {
    const threads = ['jobs', 'trials'].includes(exporter.needs)
      ? []
      : await chosenThreads(source, exporter, name, selection.thread);
    const trials = ['profiles', 'allocations'].includes(exporter.needs)
      ? []
      : await chosenTrials(source, exporter, name, selection.round);
    // Either of the two alone does not do.
    const isHalf = exporter.needs === 'profiled' && (threads.length === 0 || trials.length === 0);
    if (threads.length + trials.length > 0 && !isHalf) parts.push({ name, threads, trials });
    else if (named !== null) throw nothing(source, exporter, selection, name);
  }
  if (parts.length === 0) throw nothing(source, exporter, selection, null);
  return parts;
}

async function chosenThreads(
  source: RunSource,
  { needs }: Exporter,
  name: string,
  thread: number | null,
): Promise<number[]> {
  const threads =
    needs === 'allocations'
      ? await source.allocatingThreads(name)
      : await source.profiledThreads(name, needs === 'profiled' ? 'timeline' : 'load');
  return thread === null ? threads : threads.filter((each) => each === thread);
}

async function chosenTrials(
  source: RunSource,
  exporter: Exporter,
  name: string,
  round: Selection['round'],
): Promise<TrialChoice[]> {
  if (exporter.needs === 'profiled') return (await source.hasTrial(name, 'profiled')) ? ['profiled'] : [];
  const rounds = source.rounds(name, exporter.needs !== 'trials');
  if ((round === 'traced' || round === 'profiled') && exporter.trials === 'all') {
    throw new ThreadmillError('usage', `${exporter.name} writes timed trials, not the ${round} one`, {
      advice: `The formats chrome-trace and otlp write the ${round} trial.`,
    });
  }
  // These read all rows by themselves, and say which are missing.
  if (exporter.trials === 'all' && (round === null || round === 'all')) return rounds;
  if (round === 'all') return withRows(source, exporter, name, rounds);
  for (const choice of ['profiled', 'traced'] as const) {
    const isWanted = round === null ? choice === 'traced' || exporter.needs === 'either' : round === choice;
    if (isWanted && (await source.hasTrial(name, choice))) return [choice];
  }
  const wanted = round ?? source.typicalRound(name);
  const chosen = rounds.filter((each) => each === wanted);
  return exporter.needs === 'trials' ? chosen : withRows(source, exporter, name, chosen);
}

/** A file without the jobs that it is for would look as if there had been none. Profiles are worth a file alone. */
async function withRows(
  source: RunSource,
  { needs }: Exporter,
  name: string,
  rounds: readonly number[],
): Promise<number[]> {
  const found: number[] = [];
  for (const round of rounds) {
    if (await source.hasTrial(name, round)) found.push(round);
    else if (needs === 'jobs') {
      const file = source.folder.path('jobs', `${name}.bin`);
      throw new ThreadmillError(
        'run-unreadable',
        `cannot read ${file}: it lacks the rows of round ${round}`,
        {
          advice: 'Was something removed from the run folder? `--format csv-trials` needs run.json only.',
        },
      );
    }
  }
  return found;
}

function nothing(
  source: RunSource,
  { needs, name: format }: Exporter,
  { thread, round }: Selection,
  variant: string | null,
): ThreadmillError {
  const whose = variant === null ? `run ${source.id}` : `${variant} of run ${source.id}`;
  const profiles = thread === null ? 'profile' : `profile of thread ${thread}`;
  const kinds: Record<string, string> = {
    null: 'trial',
    all: 'timed trial',
    traced: 'traced trial',
    profiled: 'profiled trial',
  };
  const jobs = kinds[String(round)] ?? `trial of round ${round}`;
  const allocations = thread === null ? 'allocations' : `allocations of thread ${thread}`;
  const either = `${profiles} and no ${jobs}`;
  const profiled = thread === null ? 'profiled trial' : `profiled trial of thread ${thread}`;
  const what = { profiles, profiled, allocations, jobs, trials: jobs, either }[needs];
  const capture = needs === 'allocations' ? 'heap' : 'threads';
  const advice =
    needs === 'jobs' || needs === 'trials'
      ? 'Its run.json lists the rounds of each variant.'
      : `Take profiles with \`threadmill profile --captures ${capture}\`, or choose another run.`;
  return new ThreadmillError('nothing-to-export', `${whose} has no ${what} to write as ${format}`, {
    advice,
  });
}
