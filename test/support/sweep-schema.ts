import { fileURLToPath } from 'node:url';
import { intervalSchema } from '../../src/core/documents/estimate.ts';
import {
  comparisonSchema,
  environmentSchema,
  estimateSchema,
  warningSchema,
} from '../../src/core/documents/run-record.ts';
import {
  amdahlLawSchema,
  cellSchema,
  curvePointSchema,
  curveSchema,
  frontierSchema,
  panelSchema,
  scalabilityLawSchema,
  sideSchema,
  sweepAnalysisSchema,
} from '../../src/core/documents/sweep-analysis.ts';
import {
  pointResultSchema,
  pointVariantSchema,
  sweepDefinitionSchema,
  sweepPointSchema,
  sweepRecordSchema,
} from '../../src/core/documents/sweep-record.ts';
import { jsonSchemaText, type NamedSchema } from './json-schema.ts';

export const SWEEP_SCHEMA_FILE = fileURLToPath(new URL('../../docs/sweep.schema.json', import.meta.url));

const NAMED: readonly NamedSchema[] = [
  ['definition', sweepDefinitionSchema, 'Everything that decides what is measured at a point.'],
  ['point', sweepPointSchema, 'One combination of the values of the axes.'],
  ['result', pointResultSchema, "What the point's run came to; the run itself is in the folder `path`."],
  ['pointVariant', pointVariantSchema, 'One variant at one point.'],
  ['comparison', comparisonSchema, 'Two variants of a point compared over its rounds, as in run.json.'],
  ['estimate', estimateSchema, 'A number with its spread; `method` says what low and high are.'],
  ['interval', intervalSchema, 'A number with its 95% interval.'],
  ['environment', environmentSchema, 'The machine and the versions.'],
  ['warning', warningSchema, 'What a reader should know before believing the figures.'],
  ['analysis', sweepAnalysisSchema, 'What follows from the points.'],
  ['panel', panelSchema, 'The curves at one value of the other axis.'],
  ['curve', curveSchema, 'One variant along one axis.'],
  ['curvePoint', curvePointSchema, 'Throughput at one value of the axis.'],
  [
    'scalabilityLaw',
    scalabilityLawSchema,
    'Universal Scalability Law, X(n) = λn / (1 + σ(n−1) + κn(n−1)), n concurrent jobs.',
  ],
  ['amdahlLaw', amdahlLawSchema, 'Amdahl’s law, X(n) = λn / (1 + s(n−1)), n threads.'],
  ['side', sideSchema, 'One of the two that are set against each other.'],
  ['cell', cellSchema, 'Who wins at one point.'],
  ['frontier', frontierSchema, 'Where along the first axis the winner changes.'],
];

/** The JSON Schema of sweep.json, as it is committed and shipped. */
export function sweepSchemaText(): string {
  return jsonSchemaText(sweepRecordSchema, NAMED, {
    title: 'sweep.json of Threadmill',
    description:
      'What a sweep has measured, and what follows from it. Names end in their unit: Ms, Bytes. Values of the axes cpu and latency are ms.',
  });
}
