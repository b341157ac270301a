import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { TAILS_NOTE } from '../../src/core/labels.ts';
import { summariseOpenLoop } from '../../src/engine/measurement/open-loop.ts';
import { readDue, readRows } from '../../src/store/job-rows.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun, variantOf } from '../support/cli.ts';

const RATE = 200;
const JOBS = 100;

test('--rate: the folder alone tells the response times of every job', async (t) => {
  const run = await CliRun.start(
    t,
    `bench --details --rate ${RATE} --jobs ${JOBS} --rounds 1 --variants event-loop,worker-pool-batched --latency 5 --no-trace`,
  );
  assert.equal(await run.ended, 0, run.stderr);
  const record = await run.record();
  assert.deepEqual(record.spec.load, { kind: 'open', rate: RATE, arrivals: 'uniform' });
  const folder = await run.folder();
  const dues: number[][] = [];
  for (const name of ['event-loop', 'worker-pool-batched'] as const) {
    const { trials, summary } = variantOf(record, name);
    const place = { file: folder.path('jobs', `${name}.bin`), trial: 0, rows: JOBS };
    const [rows, dueNs] = [readRows(place)!, readDue(place)!];
    assert.deepEqual(
      trials[0]!.open,
      summariseOpenLoop({ table: rows, dueNs, rate: RATE, complete: true }),
      'the record says what the rows say',
    );
    assert.equal(summary?.open?.meanResponseMs.estimate, trials[0]!.open!.meanResponseMs);
    assert.ok(rows.start.every((start, position) => start >= dueNs[position]!));
    const first = Math.min(...dueNs);
    dues.push([...dueNs].map((due) => Math.round((due - first) / 1e3)));
    const described = JSON.parse(await readFile(folder.path('jobs', `${name}.json`), 'utf8')) as {
      intendedStarts: { file: string };
    };
    assert.equal(described.intendedStarts.file, `${name}.due.bin`);
  }
  assert.deepEqual(dues[0], dues[1], 'one schedule for all variants');
  assert.deepEqual(
    dues[0]!.toSorted((a, b) => a - b),
    Array.from({ length: JOBS }, (_, turn) => (turn * 1e6) / RATE),
  );
  const [pair] = record.comparisons;
  const [a, b] = record.variants.map(({ trials }) => trials[0]!.open!.meanResponseMs!);
  assert.ok(Math.abs(pair!.ratio!.estimate - a! / b!) < 1e-9, 'compared by response time');
  assertNames(run.summary, TAILS_NOTE.response);
});

test('--rate-limit: a closed loop with no more starts than that', async (t) => {
  const run = await CliRun.start(
    t,
    'bench --details --rate-limit 100 --jobs 30 --rounds 1 --warmup 0 --variants event-loop,worker-pool --latency 5 --no-trace',
  );
  assert.equal(await run.ended, 0, run.stderr);
  const record = await run.record();
  assert.deepEqual(record.spec.load, { kind: 'closed', rateLimit: 100 });
  for (const name of ['event-loop', 'worker-pool'] as const) {
    const [trial] = variantOf(record, name).trials;
    // 29 gaps of 10 ms.
    assert.ok(trial!.open === null && trial!.wallMs! >= 289.9, String(trial!.wallMs));
  }
  assertNames(run.summary, TAILS_NOTE.wall);
});

test('--rate that sequential can not keep up with: jobs that could not be sent are counted, exit code 2', async (t) => {
  const run = await CliRun.start(
    t,
    'bench --rate 1000 --jobs 60 --rounds 1 --warmup 0 --timeout 200 --latency 150 --jitter 0 --variants sequential,event-loop --no-trace',
  );
  assert.equal(await run.ended, 2, run.stderr);
  const record = await run.record();
  const [slow] = variantOf(record, 'sequential').trials;
  assert.ok(slow!.open!.unsent > 50);
  assert.equal(slow!.outcomes['not-started'], slow!.open!.unsent);
  assert.ok(record.warnings.some(({ code }) => code === 'rate-not-held'));
});
