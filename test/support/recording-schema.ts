import { fileURLToPath } from 'node:url';
import {
  codePlaceSchema,
  recordedProcessSchema,
  recordedStallSchema,
  recordedThreadSchema,
  recordedWaitSchema,
  recordingSchema,
  verdictSchema,
} from '../../src/core/documents/recording.ts';
import { warningSchema } from '../../src/core/documents/run-record.ts';
import { jsonSchemaText, type NamedSchema } from './json-schema.ts';

export const RECORDING_SCHEMA_FILE = fileURLToPath(
  new URL('../../docs/recording.schema.json', import.meta.url),
);

const NAMED: readonly NamedSchema[] = [
  ['process', recordedProcessSchema, 'A Node process of the command.'],
  ['thread', recordedThreadSchema, 'A thread of one of them; its samples are in the file `profile`.'],
  ['stall', recordedStallSchema, 'A time in which an event loop was blocked.'],
  ['wait', recordedWaitSchema, 'Waits of one kind for one target, with a place where one was started.'],
  ['codePlace', codePlaceSchema, 'A function and where it is.'],
  ['verdict', verdictSchema, 'A bottleneck of the program, with its figures.'],
  ['warning', warningSchema, 'What a reader should know before believing the figures.'],
];

/** The JSON Schema of recording.json, as it is committed and shipped. */
export function recordingSchemaText(): string {
  return jsonSchemaText(recordingSchema, NAMED, {
    title: 'recording.json of Threadmill',
    description:
      'What `threadmill record` found. Paths are relative to recording.json. Names end in their unit: Ms, Us, Bytes; times in Us are on the clock of process.hrtime().',
  });
}
