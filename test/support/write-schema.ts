/** `make schema`: writes the schemas in docs/ anew. A test fails when they are not what this writes. */
import { writeFileSync } from 'node:fs';
import { RECORDING_SCHEMA_FILE, recordingSchemaText } from './recording-schema.ts';
import {
  COMPARE_SCHEMA_FILE,
  compareSchemaText,
  HISTORY_SCHEMA_FILE,
  historySchemaText,
  RUN_SCHEMA_FILE,
  runSchemaText,
} from './run-schema.ts';
import { SWEEP_SCHEMA_FILE, sweepSchemaText } from './sweep-schema.ts';

writeFileSync(RUN_SCHEMA_FILE, runSchemaText());
writeFileSync(COMPARE_SCHEMA_FILE, compareSchemaText());
writeFileSync(HISTORY_SCHEMA_FILE, historySchemaText());
writeFileSync(SWEEP_SCHEMA_FILE, sweepSchemaText());
writeFileSync(RECORDING_SCHEMA_FILE, recordingSchemaText());
