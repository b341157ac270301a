import { z } from 'zod';
import { VARIANT_NAMES } from '../variants.ts';
import { differenceSchema } from './comparison.ts';
import { intervalSchema } from './estimate.ts';
import { amount, count, figure } from './numbers.ts';
import { runRecordSchema } from './run-record.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

/** Why a run takes no part: jobs failed or results differed, it did not end, others used the CPUs, or its A/A arm differs. */
const LEFT_OUT = ['failed', 'stopped', 'busy', 'unsteady'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** What is followed: the wall, or with `--rate` the mean response time, and the CPU of a job; all ms. */
const HISTORY_QUANTITIES = ['wall', 'response', 'cpu'] as const;

const index = count.describe('index in `runs`');

const historyRunSchema = z.strictObject({
  id: z.string(),
  createdAt: z.iso.datetime(),
  git: runRecordSchema.shape.git,
  leftOut: z.enum(LEFT_OUT).nullable(),
  /** What is not as in the run before: any of it may be why figures change. */
  differences: z.array(differenceSchema),
});
export type HistoryRun = z.infer<typeof historyRunSchema>;

const changeSchema = z.strictObject({
  /** The first run of the new level. */
  at: index,
  /** The first and the last that it may be: a 95% interval. */
  earliest: index,
  latest: index,
  /** After ÷ before: Hodges–Lehmann, with the interval of the rank-sum test where there are enough runs, else the range. */
  ratio: z.strictObject({ ...intervalSchema.shape, level: figure }),
  /** Of the permutation test that nothing changed. */
  pValue: figure,
  /**
   * A command that decides it: the checkout against the last version before the change, in the same rounds. Null for the
   * built-in workload, and where the commits are not known or are the same.
   */
  repeat: z.string().nullable(),
});
export type HistoryChange = z.infer<typeof changeSchema>;

const lineSchema = z.strictObject({
  variant: z.enum(VARIANT_NAMES),
  quantity: z.enum(HISTORY_QUANTITIES),
  /** Of each run the median of its trials, and the interval of that; null where there is none. */
  ms: z.array(intervalSchema.nullable()),
  changes: z.array(changeSchema),
  /** Between changes: medians of the runs that count. */
  levels: z.array(z.strictObject({ from: index, to: index, ms: amount })),
});
export type HistoryLine = z.infer<typeof lineSchema>;

const seriesSchema = z.strictObject({
  workload: z.string(),
  /** The workload file, as shown to people. */
  source: z.string(),
  jobs: count,
  concurrency: count,
  machine: z.string(),
  /** The oldest first, at most 200. */
  runs: z.array(historyRunSchema),
  lines: z.array(lineSchema),
});
export type HistorySeries = z.infer<typeof seriesSchema>;

/** What `threadmill history --json` prints: runs of the same work and options on the same machine, that with the newest run first. */
export const historySchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  series: z.array(seriesSchema),
});
export type History = z.infer<typeof historySchema>;
