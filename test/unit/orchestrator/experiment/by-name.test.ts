import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeNames } from '../../../../src/orchestrator/experiment/by-name.ts';
import { writeItemNames } from '../../../../src/store/item-names.ts';
import { fillPlan } from '../../../../src/workload/plan.ts';
import { type TestJob, writeRun } from '../../../support/export-run.ts';
import { itemNames } from '../../../support/item-names.ts';

const MS = 1e6;
/** `readRecord` gives no trace: that there is one is all that is looked at. */
const OVERHEAD = { estimate: 1, low: 1, high: 1, method: 'range', level: null } as const;
const TRACED = {
  ...{
    pairs: 1,
    overhead: OVERHEAD,
    wallMs: 1,
    phases: [],
    threads: [],
    moved: null,
    nativeThreads: null,
    uvPool: null,
    bottleneck: null,
  },
};

describe('figures by name', () => {
  test('jobs, failures and percentiles over all trials, means of phases from the traced one; slowest name first', async (t) => {
    const items = fillPlan(new Uint32Array(8), 4, 1);
    // Items 0 and 1 are called list, 2 and 3 one. A job of `list` takes 1 ms, of `one` 10; a failure 100.
    const job = (item: number, failed: boolean): TestJob => ({
      start: 1,
      end: 1 + (failed ? 100 : item < 2 ? 1 : 10) * MS,
      outcome: failed ? 'timeout' : 'ok',
      trace: { wait: (item < 2 ? 0.5 : 9) * MS, process: item === 3 ? 1 * MS : 0 },
    });
    const trial = (failing: number | null) =>
      [...items].map((item, position) => job(item, position === failing));
    const folder = await writeRun(t, {
      names: ['list', 'list', 'one', 'one'],
      rounds: {
        'event-loop': [trial(null), trial(items.indexOf(2)), trial(null)],
        'worker-pool': [trial(null)],
      },
      traced: { 'event-loop': trial(null) },
    });
    const record = await folder.readRecord();
    record.spec.seed = 1;
    record.variants[0]!.trace = TRACED;
    await describeNames(record, folder);
    const [loop, pool] = record.variants;
    assert.deepEqual(
      loop!.byName.map(({ phasesMs: _, ...row }) => row),
      [
        { name: 'one', names: 1, jobs: 12, failed: 1, p50Ms: 10, p90Ms: 10 },
        { name: 'list', names: 1, jobs: 12, failed: 0, p50Ms: 1, p90Ms: 1 },
      ],
    );
    const phases = { queue: 0, dns: 0, tcp: 0, tls: 0, send: 0, download: 0 };
    assert.deepEqual(
      loop!.byName.map(({ phasesMs }) => phasesMs),
      [
        { ...phases, wait: 9, process: 0.5 },
        { ...phases, wait: 0.5, process: 0 },
      ],
    );
    assert.deepEqual(
      pool!.byName.map(({ name, jobs, p90Ms, phasesMs }) => [name, jobs, p90Ms, phasesMs]),
      [
        ['one', 4, null, null],
        ['list', 4, null, null],
      ],
      'four jobs have no p90, and it was not traced',
    );
  });

  test('of many names twenty have a row of their own, and one more is of the others', async (t) => {
    const count = 30;
    const plan = fillPlan(new Uint32Array(count), count, 1);
    const trial = [...plan].map((item): TestJob => ({ start: 1, end: 1 + (item + 1) * MS }));
    const folder = await writeRun(t, { rounds: { 'event-loop': [trial] } });
    await writeItemNames(folder, itemNames(Array.from({ length: count }, (_, item) => `n${item}`)));
    const record = await folder.readRecord();
    record.spec.seed = 1;
    record.spec.workload.items = count;
    await describeNames(record, folder);
    const rows = record.variants[0]!.byName;
    assert.deepEqual(
      rows.map(({ name }) => name),
      [...Array.from({ length: 20 }, (_, rank) => `n${29 - rank}`), 'other names'],
    );
    assert.deepEqual([rows.at(-1)?.names, rows.at(-1)?.jobs, rows.at(-1)?.p50Ms], [10, 10, 5.5]);
  });

  test('none where all jobs have one name', async (t) => {
    const trial = [0, 1, 2, 3].map((): TestJob => ({ start: 1, end: 2 }));
    for (const names of [
      ['a', 'a', 'a', 'a'],
      ['a', 'b', 'a', 'a'],
    ]) {
      const folder = await writeRun(t, { names, rounds: { 'event-loop': [trial] } });
      const record = await folder.readRecord();
      await describeNames(record, folder);
      const { byName } = record.variants[0]!;
      assert.equal(byName.length, names.includes('b') ? 2 : 0);
    }
  });
});
