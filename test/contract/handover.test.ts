import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { serialize } from 'node:v8';
import { movedBetweenThreads } from '../../src/analysis/breakdown/moved.ts';
import type { Handover } from '../../src/core/documents/spec.ts';
import { usualVariants, type VariantName } from '../../src/core/variants.ts';
import { type BenchSettings, outcomesOf, RunnerBench } from '../support/runner-bench.ts';

const JOBS = 12;
const MB = 1_000_000;

type Context = Parameters<typeof RunnerBench.start>[0];

const start = (t: Context, variant: VariantName, workload: string, settings: Partial<BenchSettings> = {}) =>
  RunnerBench.start(t, { variant, workload, items: JOBS, concurrency: 4, ...settings });

/** A job makes a megabyte, and its CPU part sums it up. */
const BYTES = `
  import { defineWorkload } from 'threadmill';
  export default defineWorkload({
    name: 'bytes',
    jobs: ${JOBS},
    run: ({ position }) => Buffer.alloc(${MB}, position + 1),
    compute: (bytes) => ({ isBuffer: Buffer.isBuffer(bytes), length: bytes.length, last: bytes.at(-1) }),
  });`;

/** A job is handed 100 kB, and returns a megabyte. */
const INPUTS = `
  import { defineWorkload } from 'threadmill';
  const texts = Array.from({ length: ${JOBS} }, (_, item) => String(item % 10).repeat(100_000));
  export default defineWorkload({
    name: 'inputs',
    jobs: texts,
    jobName: () => 'text',
    run: ({ input }) => new Uint8Array(${MB}).fill(input.charCodeAt(0)),
  });`;

async function movedIn(t: Context, variant: VariantName, workload: string, handover: Partial<Handover>) {
  const bench = await start(t, variant, workload, { handover, hasInputs: true });
  const { trial, trace, rows } = await bench.traced();
  assert.deepEqual(trial.outcomes, outcomesOf({ ok: JOBS }), JSON.stringify(trial.errors));
  const [out, back] = movedBetweenThreads(trace, rows.trace)!.hops;
  return { out: out!, back: back!, trial, rows };
}

const nearly = (actual: number, expected: number) =>
  assert.ok(actual > 0.95 * expected && actual < 1.05 * expected, `${actual} is not nearly ${expected}`);

describe('the CPU part in another thread', () => {
  test('bytes that own their ArrayBuffer are transferred, and counted', async (t) => {
    const { out, back } = await movedIn(t, 'offload', BYTES, {});
    assert.deepEqual([out.messages, out.transferred, back.messages, back.transferred], [JOBS, JOBS, JOBS, 0]);
    nearly(out.transferredBytes, JOBS * MB);
    assert.ok(out.copiedBytes < JOBS * 1_000 && back.copiedBytes < JOBS * 1_000);
    assert.ok(out.serialiseMs > 0 && back.serialiseMs > 0 && back.deserialiseMs > 0);
    assert.ok(out.underWayMs!.p50 > 0 && back.underWayMs!.max >= back.underWayMs!.p50);
  });

  test('with clone they are copied, and with transfer a part of an ArrayBuffer is copied first', async (t) => {
    const cloned = await movedIn(t, 'offload', BYTES, { transfer: 'clone' });
    assert.equal(cloned.out.transferred, 0);
    nearly(cloned.out.copiedBytes, JOBS * MB);
    const part = BYTES.replace('position + 1)', 'position + 1).subarray(1)');
    const copied = await movedIn(t, 'offload', part, {});
    assert.equal(copied.out.transferred, 0);
    nearly(copied.out.copiedBytes, JOBS * MB);
    const forced = await movedIn(t, 'offload', part, { transfer: 'transfer' });
    assert.equal(forced.out.transferred, JOBS);
    nearly(forced.out.transferredBytes, JOBS * MB);
  });

  test('what it is given, and so what it returns, is the same as on the event loop', async (t) => {
    const digests: number[][] = [];
    for (const variant of ['event-loop', 'offload', 'worker-pool'] as const) {
      const bench = await start(t, variant, BYTES);
      assert.deepEqual((await bench.trial()).outcomes, outcomesOf({ ok: JOBS }));
      digests.push([...bench.rows().digest]);
    }
    assert.deepEqual(digests[1], digests[0]);
    assert.deepEqual(digests[2], digests[0]);
  });

  test('a Buffer that is transferred twice fails its job with what to do', async (t) => {
    const shared = BYTES.replace('export default', `const one = Buffer.alloc(${MB}); export default`).replace(
      /Buffer\.alloc\(\d+, position \+ 1\)/,
      'one',
    );
    const bench = await start(t, 'offload', shared);
    const { outcomes, errors } = await bench.trial();
    assert.equal(outcomes.ok + outcomes.threw, JOBS);
    assert.ok(outcomes.threw > 0);
    assert.match(errors[0]!.message, /transferred before.*--transfer clone/);
    const clone = await start(t, 'offload', shared, { handover: { transfer: 'clone' } });
    assert.deepEqual((await clone.trial()).outcomes, outcomesOf({ ok: JOBS }));
  });
});

test('a workload without a CPU part is not offloaded: one clear error, and left out of the default', async (t) => {
  const workload =
    "import { defineWorkload } from 'threadmill'; export default defineWorkload({ name: 'x', jobs: 1, run() {} });";
  await assert.rejects(start(t, 'offload', workload), /its jobs have no CPU part of their own/);
  assert.deepEqual(
    [usualVariants(false).includes('offload'), usualVariants(true).includes('offload')],
    [false, true],
  );
});

describe('whole jobs in a pool', () => {
  test('inputs go there with the jobs, and results come back', async (t) => {
    const { out, back } = await movedIn(t, 'worker-pool', INPUTS, {});
    assert.deepEqual([out.messages, back.messages], [JOBS, JOBS]);
    nearly(out.copiedBytes, JOBS * 100_000);
    nearly(back.copiedBytes, JOBS * MB);
  });

  test('objects and strings count with what v8.serialize writes, whatever their sizes', async (t) => {
    const value = (position: number) => ({
      text: 'ä'.repeat(500),
      list: Array(1_000 * position).fill({ position }),
    });
    const { out, back } = await movedIn(
      t,
      'worker-pool',
      `import { defineWorkload } from 'threadmill';
       export default defineWorkload({ name: 'objects', jobs: ${JOBS}, digest: () => 0,
         run: ({ position }) => (${value.toString()})(position) });`,
      {},
    );
    const bytes = Array.from({ length: JOBS }, (_, position) => serialize(value(position)).length);
    const envelopes = back.copiedBytes - bytes.reduce((sum, each) => sum + each);
    // Piscina's own message around each of them.
    assert.ok(envelopes > 0 && envelopes < 200 * JOBS, `${envelopes} bytes more`);
    assert.ok(out.smallMainMs > 0 && back.smallMainMs > 0);
    assert.ok(back.smallMainMs < back.deserialiseMs);
  });

  test('results that own their ArrayBuffer come back by transfer where that is asked for', async (t) => {
    const { back } = await movedIn(t, 'worker-pool', INPUTS, { transfer: 'transfer' });
    assert.equal(back.transferred, JOBS);
    nearly(back.transferredBytes, JOBS * MB);
  });

  test('with load and digest nothing but positions and answers is moved', async (t) => {
    const { out, back } = await movedIn(t, 'worker-pool', INPUTS, { inputs: 'load', results: 'digest' });
    assert.ok(out.copiedBytes < JOBS * 1_000 && back.copiedBytes < JOBS * 1_000);
  });

  test('the idealised pool moves a message for each thread', async (t) => {
    const { out, back } = await movedIn(t, 'worker-pool-batched', INPUTS, {});
    assert.deepEqual([out.messages, back.messages], [2, 2]);
  });
});

describe('what cannot be cloned', () => {
  const CASES: readonly (readonly [what: string, variant: VariantName, workload: string, message: RegExp])[] =
    [
      [
        'a result of a job',
        'worker-pool',
        `run: ({ position }) => (position === 3 ? { list: [1, { parse: () => 1 }] } : position)`,
        /result\.list\[1\]\.parse is a function/,
      ],
      [
        'a result of a CPU part',
        'offload',
        `run: ({ position }) => position, compute: (position) => (position === 3 ? new Map([['a', Symbol('x')]]) : 0), digest: () => 1`,
        /result\.get\("a"\) is a symbol/,
      ],
      [
        'a payload of a CPU part',
        'offload',
        `run: ({ position }) => (position === 3 ? { on: () => 1 } : position), compute: () => 1`,
        /payload\.on is a function/,
      ],
    ];
  for (const [what, variant, definition, message] of CASES) {
    test(`${what}: the job fails, and the message names the value; all others go on`, async (t) => {
      const workload = `
        import { defineWorkload } from 'threadmill';
        export default defineWorkload({ name: 'x', jobs: ${JOBS}, ${definition} });`;
      const bench = await start(t, variant, workload);
      const { outcomes, errors } = await bench.trial();
      assert.deepEqual(outcomes, outcomesOf({ ok: JOBS - 1, threw: 1 }));
      assert.equal(errors.length, 1);
      assert.equal(errors[0]!.position, 3);
      assert.match(errors[0]!.message, message);
      assert.deepEqual((await bench.trial()).outcomes, outcomesOf({ ok: JOBS - 1, threw: 1 }));
    });
  }

  test('an input of a job: the job fails, and the message names the value; with load it does not', async (t) => {
    const workload = `
      import { defineWorkload } from 'threadmill';
      const jobs = Array.from({ length: ${JOBS} }, (_, item) => (item === 3 ? { done: () => item } : { item }));
      export default defineWorkload({ name: 'x', jobs, run: ({ index }) => index });`;
    const bench = await start(t, 'worker-pool', workload, { hasInputs: true });
    const { outcomes, errors } = await bench.trial();
    assert.deepEqual(outcomes, outcomesOf({ ok: JOBS - 1, threw: 1 }));
    assert.match(
      errors[0]!.message,
      /its input cannot be cloned to a worker thread: input\.done is a function/,
    );
    const load = await start(t, 'worker-pool', workload, { hasInputs: true, handover: { inputs: 'load' } });
    assert.deepEqual((await load.trial()).outcomes, outcomesOf({ ok: JOBS }));
  });
});

test('messages of a job of its own, to threads or pools of its own, go as the job sends them', async (t) => {
  const workload = `
    import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
    import { defineWorkload } from 'threadmill';
    export default defineWorkload({
      name: 'posts',
      jobs: ${JOBS},
      run: () => {
        const { port1, port2 } = new MessageChannel();
        const inner = new MessageChannel();
        const bytes = new ArrayBuffer(1_000);
        port1.postMessage({ taskId: 1, task: bytes, port: inner.port1 }, [bytes, inner.port1]);
        const { task, port } = receiveMessageOnPort(port2).message;
        for (const each of [port1, port, inner.port2]) each.close();
        return { left: bytes.byteLength, came: task.byteLength };
      },
      digest: ({ left, came }) => left + came,
    });`;
  const digests: number[][] = [];
  for (const variant of ['event-loop', 'worker-pool'] as const) {
    const bench = await start(t, variant, workload);
    const { outcomes, errors } = await bench.trial();
    assert.deepEqual(outcomes, outcomesOf({ ok: JOBS }), JSON.stringify(errors));
    digests.push([...bench.rows().digest]);
  }
  assert.deepEqual(digests[1], digests[0]);
});
