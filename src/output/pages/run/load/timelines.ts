import type { RunRecord, Warning } from '../../../../core/documents/run-record.ts';
import type { Timeline } from '../../../../core/documents/timeline.ts';
import { ThreadmillError } from '../../../../core/errors.ts';
import type { VariantName } from '../../../../core/variants.ts';
import { problemOf } from '../../../../core/warnings.ts';
import {
  TIMELINE_LIMITS,
  TimelineBuilder,
  type TimelineLimits,
} from '../../../../profile/timeline/build-timeline.ts';
import { PlannedJobs } from '../../../../store/planned-jobs.ts';
import type { RunFolder } from '../../../../store/run-folder.ts';
import {
  profiledThreads,
  readProfileOfThread,
  threadProfilePath,
} from '../../../../store/thread-profiles.ts';
import { readTracedTrial, type TracedKind, type TracedTrial } from '../../../../store/traced-trial.ts';
import { ProfileReader } from './profiles.ts';

/** All timelines of a page together: it has to be loaded, and be drawn without making its reader wait. */
const JOBS_OF_ALL = 200_000;
const STRETCHES_OF_ALL = 400_000;
const CALLS_OF_ALL = 1_000_000;

/** Timelines of a run: for each variant the profiled repetition, else the traced trial, which has no samples. */
export async function loadTimelines(
  folder: RunFolder,
  record: RunRecord,
  problems: Warning[],
): Promise<Timeline[]> {
  const planned = await PlannedJobs.open(folder, record.spec);
  if (planned.problem !== null) problems.push(problemOf('names-unreadable', planned.problem));
  const nameOf = (position: number) => planned.nameOf(position);
  const profiles = new ProfileReader(folder, problems);
  const timelines = await timelinesOf({ folder, record, nameOf, profiles, problems }, 'profiled');
  profiles.reportLeftOut('the timeline');
  return timelines;
}

/** Traced trials, for pictures without samples: closer to the timed trials than profiled ones. */
export function loadTracedTimelines(folder: RunFolder, record: RunRecord): Promise<Timeline[]> {
  const run = { folder, record, nameOf: () => '', profiles: new ProfileReader(folder, []), problems: [] };
  return timelinesOf(run, 'traced');
}

async function timelinesOf(run: Run, first: TracedKind): Promise<Timeline[]> {
  const timelines: Timeline[] = [];
  for (const { name } of run.record.variants) {
    const timeline =
      first === 'profiled'
        ? ((await profiledTimeline(run, name)) ?? (await tracedTimeline(run, name)))
        : ((await tracedTimeline(run, name)) ?? (await profiledTimeline(run, name)));
    if (timeline !== null) timelines.push(timeline);
  }
  return timelines;
}

interface Run {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly nameOf: (position: number) => string;
  readonly profiles: ProfileReader;
  readonly problems: Warning[];
}

/** Null if there is none, or if it is not what a run writes. */
async function trialOf(run: Run, variant: VariantName, kind: TracedKind): Promise<TracedTrial | null> {
  try {
    return await readTracedTrial(run.folder, variant, kind, run.record.spec.jobs);
  } catch (thrown) {
    if (!(thrown instanceof ThreadmillError)) throw thrown;
    run.problems.push(problemOf('trace-unreadable', thrown));
    return null;
  }
}

async function profiledTimeline(run: Run, variant: VariantName): Promise<Timeline | null> {
  const { folder, record, nameOf, profiles } = run;
  const trial = await trialOf(run, variant, 'profiled');
  if (trial === null) return null;
  const threads = await profiledThreads(folder, variant, 'timeline');
  const builder = new TimelineBuilder(variant, trial, threads.length, limitsOf(record));
  for (const thread of threads) {
    await profiles.read(threadProfilePath(variant, thread, 'timeline'), variant, async (file) => {
      builder.add(await readProfileOfThread(file, 'it'));
      // What the builder keeps has limits of its own.
      return 0;
    });
  }
  return builder.timeline(nameOf);
}

async function tracedTimeline(run: Run, variant: VariantName): Promise<Timeline | null> {
  const { record, nameOf } = run;
  const trial = await trialOf(run, variant, 'traced');
  if (trial === null) return null;
  const timeline = new TimelineBuilder(variant, trial, 0, limitsOf(record)).timeline(nameOf);
  const profiled = record.artifacts.some(
    (each) => each.variant === variant && each.capture === 'threads' && 'path' in each,
  );
  if (!profiled) return timeline;
  const note =
    'No pass was both profiled and traced: jobs are from the traced pass, and there are no samples.';
  return { ...timeline, notes: [...timeline.notes, note] };
}

function limitsOf({ variants }: RunRecord): TimelineLimits {
  const share = (all: number) => Math.floor(all / variants.length);
  return {
    ...TIMELINE_LIMITS,
    jobs: Math.min(TIMELINE_LIMITS.jobs, share(JOBS_OF_ALL)),
    stretches: Math.min(TIMELINE_LIMITS.stretches, share(STRETCHES_OF_ALL)),
    calls: Math.min(TIMELINE_LIMITS.calls, share(CALLS_OF_ALL)),
  };
}
