/** `make reference`: writes the generated parts of the docs anew. A test fails when they are not what this writes. */
import { writeFileSync } from 'node:fs';
import { REFERENCE_FILES, withReference } from './reference.ts';

for (const file of REFERENCE_FILES) writeFileSync(file, withReference(file));
