import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { REFERENCE_FILES, withReference } from '../support/reference.ts';

for (const file of REFERENCE_FILES) {
  test(`docs/${basename(file)}: options, exit codes and warnings are those of the code (make reference)`, () => {
    assert.equal(readFileSync(file, 'utf8'), withReference(file));
  });
}
