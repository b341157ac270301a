import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VariantRecord } from '../../../../../src/core/documents/run-record.ts';
import { movedRows } from '../../../../../src/output/view/run/moved.ts';
import { record, variant } from '../../../../fixtures/runs/records.ts';
import { trace } from '../../../../fixtures/runs/traces.ts';

test('data between threads: each way per job, with its time in the thread that writes and in the one that reads', () => {
  const hop = {
    messages: 40,
    transferred: 0,
    transferredBytes: 0,
    copiedBytes: 4_000,
    smallMainMs: 0.4,
    underWayMs: null,
  };
  const pool: VariantRecord = {
    ...variant('worker-pool'),
    trace: {
      ...trace(340, null),
      moved: {
        hops: [
          {
            ...hop,
            hop: 'main-to-worker',
            ...{ transferred: 40, transferredBytes: 4e6, serialiseMs: 8, deserialiseMs: 2 },
          },
          { ...hop, hop: 'worker-to-main', serialiseMs: 4, deserialiseMs: 12 },
        ],
        ownMs: 3,
      },
    },
  };
  const rows = movedRows(record({ variants: [variant('event-loop'), pool] }));
  // 40 jobs.
  assert.deepEqual(
    rows.map((row) => [row.hop, row.copiedBytesPerJob, row.transferredBytesPerJob]),
    [
      ['main-to-worker', 100, 1e5],
      ['worker-to-main', 100, 0],
    ],
  );
  assert.deepEqual(
    rows.map((row) => [row.mainMsPerJob, row.workersMsPerJob]),
    [
      [0.2, 0.05],
      [0.3, 0.1],
    ],
  );
});
