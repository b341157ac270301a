import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { noOutcomes } from '../../src/core/outcomes.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun, checkedRecord } from '../support/cli.ts';
import { closedPort, HostileServer } from '../support/hostile-server.ts';

const WORKLOAD = `
  import { httpWorkload, type WorkloadSettings } from 'threadmill';
  export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
    baseUrl,
    requests: [{ name: 'calm', path: '/calm/' }],
  });`;

describe('a server that misbehaves', { concurrency: 2 }, () => {
  test('refuses from the start: one message before anything is written', async (t) => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const run = await CliRun.start(t, ['bench', '--url', url]);
    assert.equal(await run.ended, 1);
    assertNames(run.complaint(), url, 'ECONNREFUSED');
    assert.deepEqual(await readdir(run.cwd), [], 'not even an empty folder of runs is left');
    await run.leavesNothing();
  });

  test('refuses a sweep: one message as well', async (t) => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const run = await CliRun.start(t, ['sweep', '--concurrency', '1,2', '--url', url]);
    assert.equal(await run.ended, 1);
    assertNames(run.complaint(), url, 'ECONNREFUSED');
    await run.leavesNothing();
  });

  test('goes away in the middle of a run', async (t) => {
    const server = await HostileServer.start(t);
    let answered = 0;
    server.onRequest = (_, answer) => {
      if (++answered <= 20) answer();
      else void server.close().catch(() => {});
    };
    const argv = [
      'bench',
      '--url',
      server.url,
      '--jobs',
      '16',
      '--json',
      '--variants',
      'sequential,event-loop',
    ];
    const run = await CliRun.start(
      t,
      [...argv, ...'--workload w.ts --timeout 10s --rounds 2 --warmup 0'.split(' ')],
      {
        files: { 'w.ts': WORKLOAD },
      },
    );
    assert.equal(await run.ended, 2, run.stderr);
    const record = checkedRecord(JSON.parse(run.stdout));
    const outcomes = record.variants.flatMap(({ trials }) => trials.map((trial) => trial.outcomes));
    assert.equal(outcomes.length, 4, 'every trial was tried');
    assert.ok(
      outcomes.some((counts) => counts['connect-error'] === 16),
      JSON.stringify(outcomes),
    );
    await run.leavesNothing();
  });
});

describe('the embedded server', () => {
  test('its figures of a trial hold no request that opened connections before the trial', async (t) => {
    // Every job closes its connection, so that all have to be opened again before each trial.
    const workload = `
      import { httpWorkload, type WorkloadSettings } from 'threadmill';
      export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
        baseUrl,
        headers: { connection: 'close' },
        requests: [{ name: 'calm', path: ({ position }) => '/api/users/' + position + '?latency=1', repeat: 12 }],
      });`;
    const line =
      'bench --workload w.ts --concurrency 4 --rounds 2 --warmup 1 --no-trace --variants event-loop,worker-pool';
    const run = await CliRun.start(t, line, { files: { 'w.ts': workload } });
    assert.equal(await run.ended, 0, run.stderr);
    for (const { name, trials, warmups } of (await run.record()).variants) {
      const requests = [...warmups, ...trials].map(({ server }) => server?.requests);
      assert.deepEqual(requests, [12, 12, 12], name);
    }
    await run.leavesNothing();
  });

  test('is killed in the middle of a run: said once, and every later job is a failed connection', async (t) => {
    const line = 'bench --jobs 8 --latency 100 --jitter 0 --rounds 10 --warmup 0 --variants sequential';
    const run = await CliRun.start(t, line);
    const server = await run.process('api-server.js');
    // Eight rounds of at least 800 ms until the last one has begun.
    await run.said('round 2 of 10');
    process.kill(server, 'SIGKILL');
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    const lost = record.warnings.filter(({ code }) => code === 'server-lost');
    assert.equal(lost.length, 1);
    assertNames(lost[0]!.message, 'SIGKILL');
    assert.equal(run.stdout.match(/SIGKILL/g)?.length, 1);
    const last = record.variants[0]?.trials.at(-1);
    assert.deepEqual(last?.outcomes, { ...noOutcomes(), 'connect-error': 8 });
    assert.match(last?.errors[0]?.message ?? '', /ECONNREFUSED/);
    await run.leavesNothing();
  });
});
