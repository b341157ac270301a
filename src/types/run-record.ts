import { z } from 'zod';
import { artefactSchema } from './artefact.ts';
import { comparisonSchema } from './comparison-record.ts';
import { environmentSchema } from './environment.ts';
import { gateResultSchema } from './gate.ts';
import { runComparisonSchema } from './run-comparison.ts';
import { runSpecSchema } from './spec.ts';
import { sweepPlaceSchema } from './sweep-axes.ts';
import { crossoverSchema } from './trace-record.ts';
import { VARIANT_NAMES } from './variant-names.ts';
import { variantRecordSchema } from './variant-record.ts';

// The record is in several files for those who read it; who uses it imports all of it from here.
export { ACCOUNT_PARTS, type AccountPart } from './account-parts.ts';
export { type Artefact, artefactSchema } from './artefact.ts';
export {
  type BlockRecord,
  blockSchema,
  type InFlight,
  type JobError,
  jobErrorSchema,
} from './block-record.ts';
export { type ComparisonRecord, comparisonSchema } from './comparison-record.ts';
export { type Environment, environmentSchema } from './environment.ts';
export { type Estimate, estimateSchema, type LatencySummary, latencySchema } from './estimate.ts';
export type { NameFigures } from './name-figures.ts';
export type { OpenLoopSpan, OpenLoopSummary } from './open-loop.ts';
export { PHASES, type PhaseName } from './phase-names.ts';
export type { MachineSpan, NativeThreads, ServerSpan, ThreadSpan, Throttling } from './spans.ts';
export type { Account, Crossover, Limit, TraceRecord } from './trace-record.ts';
export { type VariantRecord, variantRecordSchema } from './variant-record.ts';

export const warningSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  advice: z.string(),
  variant: z.enum(VARIANT_NAMES).nullable(),
});
export type Warning = z.infer<typeof warningSchema>;

export const mismatchSchema = z.strictObject({
  variant: z.enum(VARIANT_NAMES),
  round: z.int(),
  position: z.int(),
  name: z.string(),
  /** Status and digest of the baseline's response and of this one's, e.g. `200 · 1f2e3d4c · 120 B`. */
  expected: z.string(),
  actual: z.string(),
});
export type Mismatch = z.infer<typeof mismatchSchema>;

/** run.json: everything that a report needs besides the raw rows and profiles beside it. */
export const runRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  threadmill: z.string(),
  command: z.enum(['bench', 'profile']),
  /** The command line, redacted. */
  commandLine: z.string(),
  /** Folder of all runs, as it was named there; redacted. Commands that the report shows find the run by it. */
  out: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  status: z.enum(['running', 'completed', 'aborted', 'failed']),
  /** Orchestrator's process id while status is running: tells a live run from a killed one. */
  pid: z.int(),
  exitCode: z.int().nullable(),
  failure: z
    .strictObject({ code: z.string(), message: z.string(), advice: z.string().nullable() })
    .nullable(),
  environment: environmentSchema,
  /** With credentials removed from URLs. */
  spec: runSpecSchema,
  server: z.strictObject({
    kind: z.enum(['embedded', 'foreign', 'none']),
    url: z.string().nullable(),
    /**
     * What the embedded server could answer at most, from the best of three short bursts before the run: 64
     * connections, no latency, keep-alive and payload as the run has them. Null for other servers, for payloads
     * of megabytes, for a run of too few rounds and jobs to claim anything, and where it could not be told.
     */
    ceiling: z
      .strictObject({
        /**
         * Requests answered, divided by the time that they took of its event loop: so many it could answer if it
         * waited for nothing and had a CPU to itself. Sharing its CPUs with the client it answers fewer.
         */
        requestsPerSecond: z.number(),
        /** Of its whole process. */
        cpuMsPerRequest: z.number(),
        /** Of the server's event loop during the burst, 0 to 1. */
        eventLoopUtilization: z.number(),
      })
      .nullable(),
    /**
     * How the response times of a foreign server changed from the first block to the last: the trend of the
     * blocks' median latencies, each relative to the median of its variant. Null for other servers, fewer than
     * five blocks, and latencies of nothing.
     */
    drift: z
      .strictObject({
        /** Theil–Sen, from first block to last. */
        percent: z.number(),
        /** Mann–Kendall, two-sided. */
        pValue: z.number(),
      })
      .nullable(),
  }),
  /** How the rounds ended. */
  rounds: z.strictObject({
    completed: z.int().nonnegative(),
    /** Null while the run goes on, and for one that was stopped or failed. */
    endedBy: z.enum(['rounds', 'precision', 'max-time']).nullable(),
    /** Times that the precision was looked at; 0 for a fixed number of rounds. */
    looks: z.int().nonnegative(),
    /**
     * Half the width of the widest interval at the last look, as a share of its figure: a speedup, or of one variant
     * alone its wall or CPU. Null for none.
     */
    halfWidth: z.number().nullable(),
  }),
  /** What others took of the CPUs during the timed blocks, as shares of all CPU time, 0 to 1. */
  machineLoad: z.strictObject({
    /**
     * Other programs, at least. Null where the system does not tell, and with a server on this machine that is not
     * Threadmill's own.
     */
    othersShare: z.number().nullable(),
    /** The hypervisor. Null where the system does not tell. */
    stealShare: z.number().nullable(),
  }),
  variants: z.array(variantRecordSchema),
  /** A/A arm (`--check`): the baseline once more, in a process of its own, as if it were another variant. */
  check: z.strictObject({ arm: variantRecordSchema, comparison: comparisonSchema.nullable() }).nullable(),
  /** Null without a traced pass of sequential and event-loop, on a schedule, and where jobs hardly wait. */
  crossover: crossoverSchema.nullable(),
  /** Every pair of variants, in the order of `variants`. */
  comparisons: z.array(comparisonSchema),
  equivalence: z.strictObject({
    baseline: z.enum(VARIANT_NAMES),
    /** Pairs of responses compared, and how many of them differed. */
    compared: z.int(),
    mismatches: z.int(),
    /** The first few. */
    examples: z.array(mismatchSchema),
  }),
  /** Null for a run that is no point of a sweep. */
  sweep: sweepPlaceSchema.nullable(),
  /** How it compares with the run that `--baseline` named; null without one, and for a run that did not end. */
  comparedWith: runComparisonSchema.nullable(),
  /** What became of each `--fail-if`; empty without any, and for a run that did not end. */
  gates: z.array(gateResultSchema),
  warnings: z.array(warningSchema),
  artefacts: z.array(artefactSchema),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
