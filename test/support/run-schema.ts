import { fileURLToPath } from 'node:url';
import {
  changeSchema,
  compareResultSchema,
  gateResultSchema,
  runComparisonSchema,
} from '../../src/core/documents/comparison.ts';
import { historySchema } from '../../src/core/documents/history.ts';
import {
  artifactSchema,
  environmentSchema,
  estimateSchema,
  jobErrorSchema,
  latencySchema,
  mismatchSchema,
  runRecordSchema,
  trialSchema,
  variantRecordSchema,
  warningSchema,
} from '../../src/core/documents/run-record.ts';
import { runSpecSchema, workloadSettingsSchema } from '../../src/core/documents/spec.ts';
import { jsonSchemaText, type NamedSchema } from './json-schema.ts';

export const RUN_SCHEMA_FILE = fileURLToPath(new URL('../../docs/run.schema.json', import.meta.url));
export const COMPARE_SCHEMA_FILE = fileURLToPath(new URL('../../docs/compare.schema.json', import.meta.url));
export const HISTORY_SCHEMA_FILE = fileURLToPath(new URL('../../docs/history.schema.json', import.meta.url));

/** Each becomes a definition of its own under `$defs`. */
const NAMED: readonly NamedSchema[] = [
  ['spec', runSpecSchema, 'All that a runner needs to repeat what the run did: spec.json holds the same.'],
  ['settings', workloadSettingsSchema, "What a workload file's function receives."],
  ['environment', environmentSchema, 'The machine and the versions.'],
  ['variant', variantRecordSchema, 'One way to run the plan, its trials, and their summary.'],
  ['trial', trialSchema, 'One execution of the whole plan by one variant. Warm-up trials have round 0.'],
  [
    'latency',
    latencySchema,
    'Percentiles over jobs that ended ok, ms; p99 needs 1,000 of them, p99.9 needs 10,000.',
  ],
  ['estimate', estimateSchema, 'A number with its spread; `method` says what low and high are.'],
  ['jobError', jobErrorSchema, 'One failed job, quoted; at most three of each outcome in a trial.'],
  ['mismatch', mismatchSchema, "A job whose result differs from the baseline's."],
  ['runComparison', runComparisonSchema, 'How a run compares with an earlier one, variant by variant.'],
  ['change', changeSchema, 'One quantity in two runs, whose trials are two independent samples.'],
  ['gate', gateResultSchema, 'One --fail-if, and what the run says of it.'],
  ['warning', warningSchema, 'What a reader should know before believing the figures.'],
  ['artifact', artifactSchema, 'A file that a capture left in the run folder, or why there is none.'],
];

/** That of what `threadmill history --json` prints. */
export function historySchemaText(): string {
  return jsonSchemaText(historySchema, [], {
    title: 'threadmill history --json',
    description:
      'Wall and CPU per job of every variant, run after run, and where they changed. Names end in their unit: Ms.',
  });
}

/** The JSON Schema of run.json, as it is committed and shipped. */
export function runSchemaText(): string {
  return jsonSchemaText(runRecordSchema, NAMED, {
    title: 'run.json of Threadmill',
    description:
      'Everything that a report needs besides the raw rows and the profiles beside it. Paths are relative to run.json. Names end in their unit: Ms, Us, Ns, Bytes.',
  });
}

/** That of what `threadmill compare --json` prints. */
export function compareSchemaText(): string {
  return jsonSchemaText(compareResultSchema, NAMED, {
    title: 'threadmill compare --json',
    description:
      'How two runs compare, variant by variant, and what became of the gates. Names end in their unit: Ms, Bytes.',
  });
}
