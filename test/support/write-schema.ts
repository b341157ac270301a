/** `make schema`: writes docs/run.schema.json anew. A test fails when it is not what this writes. */
import { writeFileSync } from 'node:fs';
import { RUN_SCHEMA_FILE, runSchemaText } from './run-schema.ts';

writeFileSync(RUN_SCHEMA_FILE, runSchemaText());
