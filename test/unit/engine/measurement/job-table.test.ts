import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { noOutcomes, OUTCOME_CODE, OUTCOMES } from '../../../../src/core/outcomes.ts';
import { JOB_COLUMNS, JobTable, ROW_BYTES } from '../../../../src/engine/measurement/job-table.ts';

const sumOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

describe('layout', () => {
  test('a row takes 8+8+8+4+2+2+1 = 33 bytes', () => {
    assert.equal(ROW_BYTES, 33);
  });

  test('columns lie one after another, in the order that JOB_COLUMNS documents', () => {
    const table = new JobTable(3, new ArrayBuffer(3 * 33));
    const offsets = JOB_COLUMNS.map(({ name }) => table[name].byteOffset);
    // 3 rows: three columns of 24 bytes, one of 12, two of 6, then one of 3.
    assert.deepEqual(offsets, [0, 24, 48, 72, 84, 90, 96]);
    assert.deepEqual(
      JOB_COLUMNS.map(
        ({ name, bytes }) => table[name].BYTES_PER_ELEMENT === bytes && table[name].length === 3,
      ),
      JOB_COLUMNS.map(() => true),
    );
  });

  test('a row written by one view is read by another over the same memory, from its raw bytes too', () => {
    const table = JobTable.shared(2);
    table.start[1] = 1.5;
    table.digest[1] = 0xdeadbeef;
    table.thread[1] = 7;
    table.outcome[1] = OUTCOME_CODE.ok;
    const other = new JobTable(2, table.buffer);
    assert.deepEqual(
      [other.start[1], other.digest[1], other.thread[1], other.outcome[1]],
      [1.5, 0xdeadbeef, 7, 1],
    );
    // Row 1 of `start` is at 8; of `digest` at 2·24 + 4; of `outcome` at 2·(24+4+2+2) + 1.
    const raw = Buffer.from(table.raw());
    assert.equal(raw.readDoubleLE(8), 1.5);
    assert.equal(raw.readUInt32LE(52), 0xdeadbeef);
    assert.equal(raw.readUInt8(65), 1);
    assert.equal(raw.length, 66);
  });

  test('any number of rows fits, at any offset that is a multiple of 8, and columns never overlap', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(10), (rows, words) => {
        const table = new JobTable(
          rows,
          new ArrayBuffer(words * 8 + Math.ceil((rows * ROW_BYTES) / 8) * 8),
          words * 8,
        );
        JOB_COLUMNS.forEach(({ name }, index) => {
          table[name].fill(index + 1);
        });
        for (const [index, { name }] of JOB_COLUMNS.entries()) {
          assert.ok(table[name].every((value) => value === index + 1));
        }
        assert.equal(table.raw().length, rows * ROW_BYTES);
        table.clear();
        for (const { name } of JOB_COLUMNS) assert.ok(table[name].every((value) => value === 0));
      }),
    );
  });

  test('a buffer that is too small is refused', () => {
    assert.throws(() => new JobTable(2, new ArrayBuffer(65)), RangeError);
    assert.throws(() => new JobTable(1, new ArrayBuffer(40), 8), RangeError);
  });
});

describe('outcomes', () => {
  test('are counted by name, and a cleared table says that nothing ran', () => {
    const table = JobTable.shared(5);
    table.outcome.set([OUTCOME_CODE.ok, OUTCOME_CODE.ok, OUTCOME_CODE.timeout, 0, OUTCOME_CODE.threw]);
    assert.deepEqual(table.countOutcomes(), {
      ...noOutcomes(),
      ok: 2,
      timeout: 1,
      threw: 1,
      'not-started': 1,
    });
    table.clear();
    assert.deepEqual(table.countOutcomes(), { ...noOutcomes(), 'not-started': 5 });
  });

  test('always add up to the rows', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(OUTCOMES.length - 1), { maxLength: 300 }), (codes) => {
        const table = JobTable.shared(codes.length);
        table.outcome.set(codes);
        assert.equal(sumOf(table.countOutcomes()), codes.length);
      }),
    );
  });
});

describe('settleStarted', () => {
  const mixed = () => {
    const table = JobTable.shared(5);
    table.start.set([100, 100, 0, 100, 100]);
    table.end.set([200, 0, 0, 0, 0]);
    table.outcome.set([OUTCOME_CODE.ok, 0, 0, 0, 0]);
    table.thread.set([1, 1, 0, 2, 1]);
    return table;
  };

  test('settles what had started and not ended, and nothing else', () => {
    const table = mixed();
    assert.deepEqual(table.settleStarted('worker-crashed', 300), [1, 3, 4]);
    assert.deepEqual([...table.end], [200, 300, 0, 300, 300]);
    assert.deepEqual(table.countOutcomes(), {
      ...noOutcomes(),
      ok: 1,
      'not-started': 1,
      'worker-crashed': 3,
    });
    assert.deepEqual(table.settleStarted('aborted', 400), []);
  });
});
