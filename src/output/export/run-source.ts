import { comparable } from '../../analysis/comparable.ts';
import type { RunRecord, TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { heapProfileFile } from '../../core/documents/v8-profiles.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import type { ThreadHeapProfile } from '../../profile/heap-profile.ts';
import type { ThreadProfile } from '../../profile/profile.ts';
import { checkJobRows } from '../../store/check-rows.ts';
import { isFile } from '../../store/exists.ts';
import { hasRows, type RowsPlace, readRows } from '../../store/job-rows.ts';
import { PlannedJobs } from '../../store/planned-jobs.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import {
  type ProfiledPart,
  profiledThreads,
  readHeapOfThread,
  readThreadProfile,
  threadsIn,
} from '../../store/thread-profiles.ts';
import { readTracedTrial, type TracedKind, type TracedTrial, tracedPath } from '../../store/traced-trial.ts';
import type { ProfileSource } from './exporter.ts';
import { exportText } from './text.ts';

/** Which trial of a variant: that of a round, the traced one, or the one that was traced and profiled in one. */
export type TrialChoice = number | TracedKind;

export interface JobTrial {
  readonly variant: VariantRecord;
  readonly choice: TrialChoice;
  readonly rows: JobTable;
  /** How its jobs went; null for a trial that was only timed. */
  readonly traced: TracedTrial | null;
}

/** `round 3`, `traced trial`. */
export function trialTitle({ choice }: JobTrial): string {
  if (choice === 'profiled') return 'profiled repetition';
  return choice === 'traced' ? 'traced trial' : `round ${choice}`;
}

/** What exporters read of a run: its record, and the rest from its folder when it is asked for. */
export class RunSource implements ProfileSource {
  readonly record: RunRecord;
  readonly folder: RunFolder;
  readonly #planned: PlannedJobs;

  private constructor(folder: RunFolder, record: RunRecord, planned: PlannedJobs) {
    this.record = record;
    this.folder = folder;
    this.#planned = planned;
  }

  /** Rejects with 'run-unreadable'. */
  static async open(folder: RunFolder): Promise<RunSource> {
    const record = await folder.readRecord();
    return new RunSource(folder, record, await PlannedJobs.open(folder, record.spec));
  }

  get id(): string {
    return this.record.id;
  }

  get threadmill(): string {
    return this.record.threadmill;
  }

  get program(): string {
    return this.record.spec.workload.source;
  }

  variant(name: string): VariantRecord {
    const found = this.record.variants.find((variant) => variant.name === name);
    if (found === undefined) throw new RangeError(`the run has no variant ${name}`);
    return found;
  }

  profiledThreads(variant: string, part: ProfiledPart = 'load'): Promise<number[]> {
    return profiledThreads(this.folder, this.variant(variant).name, part);
  }

  profile(variant: string, thread: number, part: ProfiledPart = 'load'): Promise<ThreadProfile> {
    return readThreadProfile(this.folder, this.variant(variant).name, thread, part);
  }

  /** Threads of which it is known what they allocated, main thread first. */
  allocatingThreads(variant: string): Promise<number[]> {
    return threadsIn(this.folder.path(variant, 'heap'), 'heapprofile');
  }

  /** Rejects with 'run-unreadable'. */
  allocations(variant: string, thread: number): Promise<ThreadHeapProfile> {
    return readHeapOfThread(this.folder.path(variant, 'heap', heapProfileFile(thread)));
  }

  /** How often the plan ran while it was profiled; null if the run does not say. */
  profiledRepeats(variant: string): number | null {
    for (const artifact of this.record.artifacts) {
      if (artifact.variant === variant && artifact.capture === 'threads' && 'repeats' in artifact) {
        return artifact.repeats;
      }
    }
    return null;
  }

  /** Rounds of which a variant has a trial, in order; `withRows`: of those, the ones whose jobs are known. */
  rounds(variant: string, withRows: boolean): number[] {
    const { trials } = this.variant(variant);
    return trials.flatMap((trial) => (!withRows || leftRows(trial) ? [trial.round] : []));
  }

  /** The round whose wall is in the middle of those of a variant; null if there is none to choose from. */
  typicalRound(variant: string): number | null {
    const { trials } = this.variant(variant);
    const sound = trials.filter(comparable);
    const choice = (sound.length > 0 ? sound : trials.filter(leftRows)).toSorted(
      (a, b) => (a.wallMs ?? 0) - (b.wallMs ?? 0) || a.round - b.round,
    );
    return choice[Math.floor((choice.length - 1) / 2)]?.round ?? null;
  }

  async hasTrial(variant: string, choice: TrialChoice): Promise<boolean> {
    if (typeof choice === 'string')
      return isFile(this.folder.path(tracedPath(this.variant(variant).name, choice, 'bin')));
    const place = this.#place(variant, choice);
    return place !== null && hasRows(place);
  }

  /** Null if there is no such trial, or its rows are lost. Rejects with 'run-unreadable' if they are damaged. */
  async trial(name: string, choice: TrialChoice): Promise<JobTrial | null> {
    const variant = this.variant(name);
    if (typeof choice === 'string') {
      const traced = await readTracedTrial(this.folder, variant.name, choice, this.record.spec.jobs);
      return traced === null ? null : { variant, choice, rows: traced.jobs, traced };
    }
    const place = this.#place(name, choice);
    const rows = place === null ? null : readRows(place);
    if (place === null || rows === null) return null;
    checkJobRows(rows, place.file);
    return { variant, choice, rows, traced: null };
  }

  #place(name: string, round: number): RowsPlace | null {
    const trial = this.variant(name).trials.findIndex((each) => each.round === round);
    if (trial < 0) return null;
    return { file: this.folder.path('jobs', `${name}.bin`), trial, rows: this.record.spec.jobs };
  }

  itemOf(position: number): number {
    return this.#planned.itemOf(position);
  }

  /** @throws ThreadmillError 'run-unreadable' if names were kept and can't be read. */
  jobName(position: number): string {
    if (this.#planned.problem !== null) throw this.#planned.problem;
    return exportText(this.#planned.nameOf(position));
  }

  unixNanos(hrtimeNs: number): bigint {
    const { hrtimeNs: anchorNs, unixMs } = this.record.environment.clockAnchor;
    // In a float64 the sum would have steps of 256 ns.
    return BigInt(Math.round(unixMs * 1e3)) * 1_000n + BigInt(Math.round(hrtimeNs - anchorNs));
  }
}

/** A trial that was lost altogether left no rows; of one that was stopped there are some. */
function leftRows(trial: TrialRecord): boolean {
  return trial.wallMs !== null || trial.outcomes['not-started'] < sum(trial);
}

function sum({ outcomes }: TrialRecord): number {
  return Object.values(outcomes).reduce((total, count) => total + count, 0);
}
