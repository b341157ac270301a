import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { conclude } from '../../../../src/analysis/gates/conclude.ts';
import { profiled } from '../../../fixtures/runs/records.ts';
import { recordOfWalls, steady } from '../../../support/record-of-walls.ts';
import {
  COMPARE_SCHEMA_FILE,
  compareSchemaText,
  HISTORY_SCHEMA_FILE,
  historySchemaText,
  RUN_SCHEMA_FILE,
  runSchemaText,
} from '../../../support/run-schema.ts';
import { sampleRecord } from '../../../support/sample-record.ts';

const committed = readFileSync(RUN_SCHEMA_FILE, 'utf8');

describe('docs/run.schema.json', () => {
  test('is what the zod schema says', () => {
    assert.equal(committed, runSchemaText(), 'run `make schema` and commit the result');
  });

  test('takes a record that the zod schema takes, and refuses what that refuses', () => {
    const schema = z.fromJSONSchema(JSON.parse(committed));
    const full = profiled();
    assert.equal(schema.safeParse(full).success, true);
    const { status: _, ...withoutStatus } = full;
    for (const wrong of [withoutStatus, { ...full, status: 'done' }, { ...full, more: 1 }]) {
      assert.equal(schema.safeParse(wrong).success, false);
    }
    assert.equal(schema.safeParse(sampleRecord()).success, true);
  });

  test('that of compare --json is what its zod schema says', () => {
    const text = readFileSync(COMPARE_SCHEMA_FILE, 'utf8');
    assert.equal(text, compareSchemaText(), 'run `make schema` and commit the result');
    const one = recordOfWalls({ sequential: steady(800), 'event-loop': steady(200) });
    const { comparison, gates, exitCode } = conclude(one, one, []);
    const schema = z.fromJSONSchema(JSON.parse(text));
    assert.equal(schema.safeParse({ comparison, gates, exitCode }).success, true);
    assert.equal(schema.safeParse({ comparison, gates }).success, false);
  });

  test('that of history --json is what its zod schema says', () => {
    assert.equal(
      readFileSync(HISTORY_SCHEMA_FILE, 'utf8'),
      historySchemaText(),
      'run `make schema` and commit the result',
    );
  });

  test('all ship with the package, under their own names', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
    for (const name of ['run.schema.json', 'compare.schema.json', 'history.schema.json']) {
      assert.ok(manifest.files.includes(`docs/${name}`));
      assert.equal(manifest.exports[`./${name}`], `./docs/${name}`);
    }
  });
});
