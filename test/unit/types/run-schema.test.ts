import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { RUN_SCHEMA_FILE, runSchemaText } from '../../support/run-schema.ts';
import { sampleRecord } from '../../support/sample-record.ts';

const committed = readFileSync(RUN_SCHEMA_FILE, 'utf8');

describe('docs/run.schema.json', () => {
  test('is what the zod schema says', () => {
    assert.equal(committed, runSchemaText(), 'run `make schema` and commit the result');
  });

  test('takes a record that the zod schema takes, and refuses what that refuses', () => {
    const schema = z.fromJSONSchema(JSON.parse(committed));
    const tiny = JSON.parse(
      readFileSync(new URL('../../fixtures/runs/tiny/run.json', import.meta.url), 'utf8'),
    );
    assert.equal(schema.safeParse(tiny).success, true);
    const { status: _, ...withoutStatus } = tiny;
    for (const wrong of [withoutStatus, { ...tiny, status: 'done' }, { ...tiny, more: 1 }]) {
      assert.equal(schema.safeParse(wrong).success, false);
    }
    assert.equal(schema.safeParse(sampleRecord()).success, true);
  });

  test('ships with the package, under its own name', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    assert.ok(manifest.files.includes('docs/run.schema.json'));
    assert.equal(manifest.exports['./run.schema.json'], './docs/run.schema.json');
  });
});
