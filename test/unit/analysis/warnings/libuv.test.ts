import assert from 'node:assert/strict';
import { test } from 'node:test';
import { libuvSaturated } from '../../../../src/analysis/warnings/libuv.ts';
import type { RunRecord, TraceRecord } from '../../../../src/core/documents/run-record.ts';
import { trace } from '../../../fixtures/runs/traces.ts';

const found = (uvPool: TraceRecord['uvPool']) =>
  libuvSaturated({
    variants: [{ name: 'event-loop', trace: { ...trace(1_000, null), uvPool } }],
  } as unknown as RunRecord).map(({ code }) => code);

test('libuv: a pool that was mostly full, and kept a trivial task waiting, is saturated', () => {
  assert.deepEqual(found({ threads: 4, looks: 100, full: 93, waitMs: 12 }), ['libuv-saturated']);
});

test('libuv: no claim of a pool that was full for less than half of the time, of tasks that did not wait, of few looks, or of nothing', () => {
  for (const pool of [
    { threads: 4, looks: 100, full: 49, waitMs: 12 },
    { threads: 4, looks: 100, full: 100, waitMs: 0.4 },
    { threads: 4, looks: 4, full: 4, waitMs: 12 },
    { threads: 0, looks: 100, full: 0, waitMs: null },
    null,
  ]) {
    assert.deepEqual(found(pool), []);
  }
});
