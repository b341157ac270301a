import { z } from 'zod';
import type { AttemptTrace, GcPause, LoopTrace, QueueWorkerPlace } from '../core/documents/breakdown.ts';
import { amount } from '../core/documents/numbers.ts';
import { queueWorkerSchema, threadNumber } from '../core/documents/trial-record.ts';
import { FOLDER_LIMITS } from '../core/limits.ts';
import { OUTCOMES } from '../core/outcomes.ts';
import type { VariantName } from '../core/variants.ts';
import { checkJobRows, checkTraceRows } from './check-rows.ts';
import { isFile } from './exists.ts';
import { readSidecarAs } from './read-document.ts';
import { sidecarUnreadable } from './read-json.ts';
import type { RunFolder } from './run-folder.ts';
import { readTracedRows, type TracedRows, tracedFile } from './traced-rows.ts';

export interface TracedTrial extends TracedRows {
  /** What its wall is between, ns on the clock of process.hrtime(). */
  readonly startNs: number;
  readonly endNs: number;
  readonly gc: readonly { readonly thread: number; readonly pauses: readonly GcPause[] }[];
  /** Of threads whose event loop was watched. */
  readonly loops: readonly { readonly thread: number; readonly loop: LoopTrace }[];
  /** Of threads with jobs that sent more than one request. */
  readonly attempts: readonly AttemptTrace[];
  /** Of a trial on a queue; else none. */
  readonly workers: readonly QueueWorkerPlace[];
}

/** The trial of the traced pass, or the one that was profiled as well, by the `threads` capture. */
export type TracedKind = 'traced' | 'profiled';

/** Its files within the run folder, with `/`. */
export function tracedPath(variant: VariantName, kind: TracedKind, extension: 'bin' | 'json'): string {
  return kind === 'traced'
    ? tracedFile(variant, extension)
    : `${variant}/threads/timeline/trace.${extension}`;
}

/** Null without such a trial. @throws ThreadmillError 'run-unreadable', which names the file within the folder */
export async function readTracedTrial(
  folder: RunFolder,
  variant: VariantName,
  kind: TracedKind,
  jobs: number,
): Promise<TracedTrial | null> {
  const [bin, json] = [tracedPath(variant, kind, 'bin'), tracedPath(variant, kind, 'json')];
  if (!(await isFile(folder.path(bin)))) return null;
  if (jobs > FOLDER_LIMITS.tracedJobs) {
    throw sidecarUnreadable(bin, `${jobs} jobs are more than ${FOLDER_LIMITS.tracedJobs}`);
  }
  const rows = readTracedRows({ file: folder.path(bin), trial: 0 }, jobs);
  if (rows === null) throw sidecarUnreadable(bin, `it lacks rows of the ${jobs} jobs`);
  checkTraceRows(rows.trace, bin);
  checkJobRows(rows.jobs, bin);
  const { startNs, endNs, threads, workers } = await readSidecarAs(
    folder.path(json),
    json,
    descriptionSchema,
  );
  return {
    ...{ ...rows, startNs, endNs },
    gc: threads.map(({ thread, gc }) => ({ thread, pauses: gc })),
    loops: threads.flatMap(({ thread, loop }) => (loop === undefined ? [] : [{ thread, loop }])),
    attempts: threads.flatMap(({ attempts }) => attempts ?? []),
    workers,
  };
}

/** One array for all columns of numbers: as items of a schema, millions of them would take as many seconds. */
const numbers = z.custom<number[]>(isAmounts, { error: 'it is not a list of times' });
const pauses = z.custom<GcPause[]>(
  (value) => Array.isArray(value) && value.every((pause) => isAmounts(pause) && pause.length === 2),
  { error: 'it is not a list of pauses' },
);

/** What is read of the description beside the rows; `tracedFiles` writes it. */
const descriptionSchema = z
  .object({
    startNs: amount,
    endNs: amount,
    threads: z
      .array(
        z.object({
          thread: threadNumber,
          gc: pauses,
          loop: z
            .object({ dueNs: numbers, delayNs: numbers })
            .refine(({ dueNs, delayNs }) => haveOneLength([dueNs, delayNs]), {
              error: 'its columns differ in length',
            })
            .optional(),
          attempts: z
            .object({
              position: numbers,
              startNs: numbers,
              endNs: numbers,
              outcome: numbers,
              status: numbers,
              leftOut: amount,
            })
            .refine(({ leftOut: _, ...columns }) => haveOneLength(Object.values(columns)), {
              error: 'its columns differ in length',
            })
            .refine(({ outcome }) => outcome.every((code) => OUTCOMES[code] !== undefined), {
              error: 'it has an outcome that is not known',
            })
            .optional(),
        }),
      )
      .max(FOLDER_LIMITS.threads),
    workers: z
      .array(queueWorkerSchema.pick({ threads: true, host: true, pid: true }).strip())
      .max(FOLDER_LIMITS.queueWorkers)
      .default([]),
  })
  .refine(({ startNs, endNs }) => startNs <= endNs, { error: 'it ends before it begins' });

function haveOneLength([first, ...others]: readonly (readonly number[])[]): boolean {
  return others.every(({ length }) => length === first?.length);
}

function isAmounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((part) => typeof part === 'number' && part >= 0 && part <= FOLDER_LIMITS.figure)
  );
}
