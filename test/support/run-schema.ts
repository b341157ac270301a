import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  artefactSchema,
  blockSchema,
  environmentSchema,
  estimateSchema,
  jobErrorSchema,
  latencySchema,
  mismatchSchema,
  runRecordSchema,
  variantRecordSchema,
  warningSchema,
} from '../../src/types/run-record.ts';
import { runSpecSchema, workloadSettingsSchema } from '../../src/types/spec.ts';

export const RUN_SCHEMA_FILE = fileURLToPath(new URL('../../docs/run.schema.json', import.meta.url));

/** Each becomes a definition of its own under `$defs`. */
const NAMED: readonly (readonly [id: string, schema: z.ZodType, description: string])[] = [
  ['spec', runSpecSchema, 'All that a runner needs to repeat what the run did: spec.json holds the same.'],
  ['settings', workloadSettingsSchema, "What a workload file's function receives."],
  ['environment', environmentSchema, 'The machine and the versions.'],
  ['variant', variantRecordSchema, 'One way to run the plan, its blocks, and their summary.'],
  ['block', blockSchema, 'One execution of the whole plan by one variant. Warm-up blocks have round 0.'],
  [
    'latency',
    latencySchema,
    'Percentiles over jobs that ended ok, ms; p99 needs 1,000 of them, p99.9 needs 10,000.',
  ],
  ['estimate', estimateSchema, 'A number with its spread; `method` says what low and high are.'],
  ['jobError', jobErrorSchema, 'One failed job, quoted; at most three of each outcome in a block.'],
  ['mismatch', mismatchSchema, "A job whose result differs from the baseline's."],
  ['warning', warningSchema, 'What a reader should know before believing the figures.'],
  ['artefact', artefactSchema, 'A file that a capture left in the run folder, or why there is none.'],
];

/** The JSON Schema of run.json, as it is committed and shipped. */
export function runSchemaText(): string {
  const metadata = z.registry<{ id: string; description: string }>();
  for (const [id, schema, description] of NAMED) metadata.add(schema, { id, description });
  const { $schema, ...schema } = z.toJSONSchema(runRecordSchema, {
    metadata,
    override: ({ jsonSchema }) => {
      // Zod's integers are JavaScript's safe ones; that is no news to a reader of JSON.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // `format` says it in less.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  const described = {
    $schema,
    title: 'run.json of Threadmill',
    description:
      'Everything that a report needs besides the raw rows and the profiles beside it. Paths are relative to run.json. Names end in their unit: Ms, Us, Ns, Bytes.',
    ...schema,
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}
