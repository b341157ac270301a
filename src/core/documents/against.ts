import { z } from 'zod';
import { OPTIONS } from '../options.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { amount, count, figure, perVariant } from './numbers.ts';
import { againstVerdictSchema } from './verdict.ts';

/** Of `--against-env` and `--against-option` in one command. */
const MAX_SETTINGS = 100;

const MAX_FUNCTIONS = 100;

/** Options that the base may have other values of: what they do to one version is what is asked. */
export const againstOptionsSchema = z
  .strictObject({
    concurrency: OPTIONS.concurrency.schema,
    workers: OPTIONS.workers.schema,
    timeoutMs: OPTIONS.timeoutMs.schema,
    latencyMs: OPTIONS.latencyMs.schema,
    jitter: OPTIONS.jitter.schema,
    cpuMs: OPTIONS.cpuMs.schema,
    payloadBytes: OPTIONS.payloadBytes.schema,
    keepAlive: OPTIONS.keepAlive.schema,
    protocol: OPTIONS.protocol.schema,
    retry: OPTIONS.retry.schema,
  })
  .partial();
export type AgainstOptions = z.infer<typeof againstOptionsSchema>;

export const againstRequestSchema = z.strictObject({
  /** `git:<ref>`, or the path of a file or a folder; null: the same workload file. */
  what: z.string().nullable(),
  options: againstOptionsSchema,
  /** Node that runs the base; null: the one that runs Threadmill. */
  node: z.string().nullable(),
  env: z.record(z.string(), z.string()),
});
export type AgainstRequest = z.infer<typeof againstRequestSchema>;

const versionSchema = z.strictObject({
  /** What people know it by: `git:main`, a path, or `this version`. */
  label: z.string(),
  /** Full id, where it is one or its folder is in a git repository. */
  commit: z.string().nullable(),
  /** Whether files in its folder differ from that commit; null without one. */
  modified: z.boolean().nullable(),
  /**
   * Where its packages are from: `own`: its folder; `linked`: those of the checkout, whose lockfile is the same;
   * `installed`: by its lockfile.
   */
  packages: z.enum(['own', 'linked', 'installed']),
  /** What else sets it apart from the change, as typed; values of variables redacted. */
  settings: z.array(z.strictObject({ name: z.string(), value: z.string() })).max(MAX_SETTINGS),
});
export type VersionRecord = z.infer<typeof versionSchema>;

/** What one quantity of a variant allows to be claimed; the change itself is in `comparedWith`. */
const judgedSchema = z.strictObject({
  /** The greatest change, percent, that base against base may still show: by the end of its interval. Null: too few rounds. */
  noiseFloor: amount.nullable(),
  /** Base ÷ base again, of every round that counts, as a logarithm: what the floor is from. */
  baseAgain: z.array(figure).max(10_000),
  /** Of an inconclusive gate: rounds, and time, ms, that would likely decide it; null if none is, and where more rounds hardly help. */
  needed: z.strictObject({ rounds: count, ms: amount }).nullable(),
});
export type JudgedRecord = z.infer<typeof judgedSchema>;

/** A function whose own time changed by more than sampling noise, from the base to the change. */
const changedFunctionSchema = z.strictObject({
  variant: z.enum(VARIANT_NAMES),
  name: z.string(),
  /** Source file and line; null for what has none, such as the garbage collector. */
  place: z.string().nullable(),
  /** Of its own time, µs, per job if `perJob`. */
  changeUs: figure,
  /** What sampling alone may change it by, µs. */
  noiseUs: amount,
  perJob: z.boolean(),
  /** Of the change of all running code, 0 to 1, or more where others changed the other way; null where that is within its noise, or the other way. */
  share: amount.nullable(),
});
export type ChangedFunction = z.infer<typeof changedFunctionSchema>;

/** Two versions in the same rounds (`--against`); the run itself is of the change. */
export const againstSchema = z.strictObject({
  base: versionSchema,
  change: versionSchema,
  /** Run folders of the base, and of the base once more, within this one. */
  folders: z.strictObject({ base: z.string(), baseAgain: z.string() }),
  /** Jobs that ended ok in both versions, and how many of them returned other results than in the base. */
  responses: z.strictObject({ compared: count, differing: count }),
  /** What the rounds took, ms. */
  roundsMs: amount,
  variants: perVariant(
    z.strictObject({ name: z.enum(VARIANT_NAMES), wall: judgedSchema, cpu: judgedSchema }),
  ),
  /** Null until the rounds have ended. */
  verdict: againstVerdictSchema.nullable(),
  /** With `--profile`, of each variant the few that changed by most beyond sampling noise, those first. */
  functions: z.array(changedFunctionSchema).max(MAX_FUNCTIONS),
});
export type AgainstRecord = z.infer<typeof againstSchema>;
