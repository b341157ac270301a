import { PlannedJobs } from '../artifacts/planned-jobs.ts';
import type { RunFolder } from '../artifacts/run-folder.ts';
import { profiledThreads, readProfileOfThread, threadProfilePath } from '../artifacts/thread-profiles.ts';
import { readProfiledBlock, readTracedBlock } from '../artifacts/traced-block.ts';
import { messageOf } from '../errors.ts';
import { TIMELINE_LIMITS, TimelineBuilder, type TimelineLimits } from '../timeline/build-timeline.ts';
import type { RunRecord, Warning } from '../types/run-record.ts';
import type { Timeline } from '../types/timeline.ts';
import type { VariantName } from '../types/variant-names.ts';

/** All timelines of a page together: it has to be loaded, and be drawn without making its reader wait. */
const JOBS_OF_ALL = 200_000;
const STRETCHES_OF_ALL = 400_000;

export interface LoadedTimelines {
  /** Of the variants that have one, in the order of the run. */
  readonly timelines: readonly Timeline[];
  /** Files that are there and can't be read. */
  readonly problems: readonly Warning[];
}

/**
 * The timelines that a run folder has: of each variant the repetition that was profiled and traced in one, else
 * the block of the traced pass, whose samples nobody took.
 */
export async function loadTimelines(folder: RunFolder, record: RunRecord): Promise<LoadedTimelines> {
  const planned = await PlannedJobs.open(folder, record.spec);
  const run = { folder, record, nameOf: (position: number) => planned.nameOf(position) };
  const timelines: Timeline[] = [];
  const problems: Warning[] = [];
  for (const { name } of record.variants) {
    const timeline = (await profiledTimeline(run, name, problems)) ?? (await tracedTimeline(run, name));
    if (timeline !== null) timelines.push(timeline);
  }
  return { timelines, problems };
}

/**
 * The blocks of the traced pass, for pictures that have no samples in them: profiling costs more than tracing, and
 * so they are nearer to what was timed. The jobs have no names. A variant without one has what was profiled.
 */
export async function loadTracedTimelines(folder: RunFolder, record: RunRecord): Promise<Timeline[]> {
  const run = { folder, record, nameOf: () => '' };
  const timelines: Timeline[] = [];
  for (const { name } of record.variants) {
    const timeline = (await tracedTimeline(run, name)) ?? (await profiledTimeline(run, name, []));
    if (timeline !== null) timelines.push(timeline);
  }
  return timelines;
}

interface Run {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly nameOf: (position: number) => string;
}

async function profiledTimeline(
  { folder, record, nameOf }: Run,
  variant: VariantName,
  problems: Warning[],
): Promise<Timeline | null> {
  const block = await readProfiledBlock(folder, variant, record.spec.jobs);
  if (block === null) return null;
  const threads = await profiledThreads(folder, variant, 'timeline');
  const builder = new TimelineBuilder(variant, block, threads.length, limitsOf(record));
  for (const thread of threads) {
    const file = threadProfilePath(variant, thread, 'timeline');
    try {
      builder.add(await readProfileOfThread(folder.path(file), 'it'));
    } catch (error) {
      problems.push({
        code: 'profile-unreadable',
        message: `${file} cannot be read: ${messageOf(error)}`,
        advice: 'Profile again; the timeline lacks the samples of this thread.',
        variant,
      });
    }
  }
  return builder.timeline(nameOf);
}

async function tracedTimeline(
  { folder, record, nameOf }: Run,
  variant: VariantName,
): Promise<Timeline | null> {
  const block = await readTracedBlock(folder, variant, record.spec.jobs);
  if (block === null) return null;
  const timeline = new TimelineBuilder(variant, block, 0, limitsOf(record)).timeline(nameOf);
  const profiled = record.artefacts.some(
    (each) => each.variant === variant && each.capture === 'threads' && 'path' in each,
  );
  if (!profiled) return timeline;
  const note =
    'No repetition was profiled and traced in one: there are jobs, of the traced pass, and no samples.';
  return { ...timeline, notes: [...timeline.notes, note] };
}

function limitsOf({ variants }: RunRecord): TimelineLimits {
  const share = (all: number) => Math.floor(all / variants.length);
  return {
    ...TIMELINE_LIMITS,
    jobs: Math.min(TIMELINE_LIMITS.jobs, share(JOBS_OF_ALL)),
    stretches: Math.min(TIMELINE_LIMITS.stretches, share(STRETCHES_OF_ALL)),
  };
}
