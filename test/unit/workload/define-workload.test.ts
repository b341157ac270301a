import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OUTCOME_CODE } from '../../../src/core/outcomes.ts';
import { defineWorkload, type WorkloadDefinition } from '../../../src/workload/define-workload.ts';
import { digestOf } from '../../../src/workload/digest.ts';
import { isWorkload, type Slot, WorkloadError } from '../../../src/workload/workload.ts';

const context = {
  thread: 3,
  slots: 2,
  timeoutMs: 1000,
  keepAlive: true,
  protocol: null,
  client: 'undici-dispatch' as const,
  ca: null,
  insecure: false,
  offload: null,
  onConnection: () => {},
};
const slotOf = (): Slot => ({
  running: null,
  madePath: null,
  rememberSecrets: null,
  sent: null,
  signal: new AbortController().signal,
});
const run = () => 1;

describe('a definition that can not be run', () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['nothing', undefined, /name, jobs and run/],
    ['null', null, /name, jobs and run/],
    ['no name', { jobs: 1, run }, /`name`/],
    ['an empty name', { name: '', jobs: 1, run }, /`name`/],
    ['no run', { name: 'x', jobs: 1 }, /`run`/],
    ['no jobs', { name: 'x', run }, /`jobs`/],
    ['jobs below 0', { name: 'x', jobs: -1, run }, /`jobs`/],
    ['half a job', { name: 'x', jobs: 1.5, run }, /`jobs`/],
    ['jobs as text', { name: 'x', jobs: '3', run }, /`jobs`/],
    ['more jobs than a run can hold', { name: 'x', jobs: 1e9, run }, /`jobs`.*10000000/],
    ['jobName', { name: 'x', jobs: 1, run, jobName: 'y' }, /`jobName`/],
    ['digest', { name: 'x', jobs: 1, run, digest: 1 }, /`digest`/],
    ['setup', { name: 'x', jobs: 1, run, setup: {} }, /`setup`/],
    ['teardown', { name: 'x', jobs: 1, run, teardown: true }, /`teardown`/],
    ['a field that is nearly one', { name: 'x', jobs: 1, run, setUp() {} }, /`setUp` must be called `setup`/],
  ];
  for (const [what, definition, message] of cases) {
    test(`${what}: the message names the field`, () => {
      assert.throws(
        () => defineWorkload(definition as WorkloadDefinition<number, unknown>),
        (thrown) =>
          thrown instanceof WorkloadError &&
          thrown.code === 'workload-invalid' &&
          message.test(thrown.message),
      );
    });
  }
});

test('a result that can not be compared: the message says so, and what to do', async () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  for (const result of [cycle, { count: 1n }]) {
    const executor = await defineWorkload({ name: 'x', jobs: 1, run: () => result }).open(context);
    await assert.rejects(
      executor.run(0, 0, slotOf()),
      /^TypeError: its result can't be compared \(.+\): .+ give a `digest`$/,
    );
  }
});

describe('a workload', () => {
  test('is recognised, also one made by another copy of the module', () => {
    assert.ok(isWorkload(defineWorkload({ name: 'x', jobs: 1, run })));
    const external = Object.defineProperty({}, Symbol.for('threadmill.workload.v1'), { value: true });
    assert.ok(isWorkload(external));
    assert.ok(![{}, null, 'x', { name: 'x', itemCount: 1 }].some(isWorkload));
  });

  test('has as many items as jobs; none is allowed here and refused by whoever loads it', () => {
    assert.equal(defineWorkload({ name: 'x', jobs: 7, run }).itemCount, 7);
    assert.equal(defineWorkload({ name: 'x', jobs: ['a', 'b'], run }).itemCount, 2);
    assert.equal(defineWorkload({ name: 'x', jobs: [], run }).itemCount, 0);
  });

  test('names its items: jobName, else a text input, else its name, else the workload', () => {
    const named = defineWorkload<unknown>({ name: 'all', jobs: ['a', { name: 'b' }, { name: 5 }, 6], run });
    assert.deepEqual(
      [0, 1, 2, 3].map((item) => named.itemName(item)),
      ['a', 'b', 'all', 'all'],
    );
    const own = defineWorkload({
      name: 'all',
      jobs: ['a'],
      run,
      jobName: (input, index) => `${input}${index}`,
    });
    assert.equal(own.itemName(0), 'a0');
    assert.equal(defineWorkload({ name: 'all', jobs: 2, run }).itemName(1), 'all');
  });

  test('shows inputs on one line, however large, where they say more than the name', () => {
    const large = { id: 7, list: Array.from({ length: 1_000 }, (_, i) => i), text: 'x'.repeat(10_000) };
    const workload = defineWorkload<unknown>({ name: 'all', jobs: ['a', { id: 1 }, large, undefined], run });
    const [text, plain, cut, none] = [0, 1, 2, 3].map((item) => workload.itemInput(item, null));
    assert.deepEqual([text, plain, none], [null, '{ id: 1 }', null]);
    assert.ok(cut != null && cut.length < 600 && !cut.includes('\n'), cut ?? '');
    assert.equal(defineWorkload({ name: 'all', jobs: 3, run }).itemInput(1, null), null);
  });

  test('runs with its job and context, and digests what it returns', async () => {
    const seen: unknown[] = [];
    const workload = defineWorkload({
      name: 'x',
      jobs: [{ name: 'first', value: 5 }],
      run: (job, { thread, signal }) => {
        seen.push(job, thread, signal);
        return { value: job.input.value };
      },
    });
    const executor = await workload.open(context);
    const slot = slotOf();
    assert.deepEqual(await executor.run(0, 9, slot), {
      outcome: OUTCOME_CODE.ok,
      status: 0,
      bytes: 0,
      digest: digestOf('{"value":5}'),
      message: null,
      value: { value: 5 },
    });
    assert.deepEqual(seen[0], { position: 9, index: 0, name: 'first', input: { name: 'first', value: 5 } });
    assert.deepEqual(seen.slice(1), [3, slot.signal]);
    assert.equal(executor.missingConnections(), 0);
  });

  test('jobs given as a number get their index as input', async () => {
    let input: unknown;
    const executor = await defineWorkload({
      name: 'x',
      jobs: 3,
      run: (job) => {
        input = job.input;
      },
    }).open(context);
    const { digest } = await executor.run(2, 0, slotOf());
    assert.deepEqual([input, digest], [2, 0], 'and nothing returned is nothing to compare');
  });

  test('`digest` decides what is compared', async () => {
    const workload = defineWorkload({
      name: 'x',
      jobs: 1,
      run: () => ({ at: Math.random(), sum: 3 }),
      digest: ({ sum }) => sum,
    });
    const executor = await workload.open(context);
    assert.equal((await executor.run(0, 0, slotOf())).digest, digestOf('3'));
  });

  test('what run or digest throw, at once or later, rejects the job', async () => {
    for (const broken of [
      defineWorkload({
        name: 'x',
        jobs: 1,
        run: () => {
          throw new RangeError('at once');
        },
      }),
      defineWorkload({ name: 'x', jobs: 1, run: async () => Promise.reject(new RangeError('later')) }),
      defineWorkload({
        name: 'x',
        jobs: 1,
        run,
        digest: () => {
          throw new RangeError('in digest');
        },
      }),
    ]) {
      const executor = await broken.open(context);
      await assert.rejects(executor.run(0, 0, slotOf()), RangeError);
    }
  });

  test('setup and teardown run once each, in the thread that opens it', async () => {
    const calls: unknown[] = [];
    const workload = defineWorkload({
      name: 'x',
      jobs: 1,
      run,
      setup: async (given) => void calls.push(given),
      teardown: () => void calls.push('down'),
    });
    const executor = await workload.open(context);
    await executor.close();
    assert.deepEqual(calls, [{ thread: 3, slots: 2 }, 'down']);
  });
});
