import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { RECORDING_SCHEMA_FILE, recordingSchemaText } from '../../../support/recording-schema.ts';
import { recordingOf } from '../../../support/sample-recording.ts';

const committed = readFileSync(RECORDING_SCHEMA_FILE, 'utf8');

describe('docs/recording.schema.json', () => {
  test('is what the zod schema says', () => {
    assert.equal(committed, recordingSchemaText(), 'run `make schema` and commit the result');
  });

  test('takes a recording, and refuses a profile that lies outside of its folder', () => {
    const schema = z.fromJSONSchema(JSON.parse(committed));
    const plain = JSON.parse(JSON.stringify(recordingOf([{}])));
    assert.equal(schema.safeParse(plain).success, true);
    const threads = [{ ...plain.threads[0], profile: 'threads/../../thread-0.cpuprofile' }];
    assert.equal(schema.safeParse({ ...plain, threads }).success, false);
  });

  test('ships with the package, under its own name', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
    assert.ok(manifest.files.includes('docs/recording.schema.json'));
    assert.equal(manifest.exports['./recording.schema.json'], './docs/recording.schema.json');
  });
});
