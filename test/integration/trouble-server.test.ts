import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { noOutcomes } from '../../src/types/outcomes.ts';
import { CliRun, checkedRecord } from '../support/cli.ts';
import { closedPort, HostileServer } from '../support/hostile-server.ts';

const WORKLOAD = (kinds: readonly string[]) => `
  import { httpWorkload, type WorkloadSettings } from 'threadmill';
  export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
    baseUrl,
    maxBodyBytes: 200_000,
    requests: ${JSON.stringify(kinds)}.map((name) => ({ name, path: '/' + name + '/' })),
  });`;

describe('a server that misbehaves', { concurrency: 2 }, () => {
  test('refuses from the start: one message before anything is written', async (t) => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const run = await CliRun.start(t, ['bench', '--url', url]);
    assert.equal(await run.ended, 1);
    assert.match(
      run.complaint(),
      /^can't connect to http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*\n {2}Start that server/,
    );
    assert.deepEqual(await readdir(run.cwd), [], 'not even an empty folder of runs is left');
    await run.leavesNothing();
  });

  test('refuses a sweep: one message as well', async (t) => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const run = await CliRun.start(t, ['sweep', '--concurrency', '1,2', '--url', url]);
    assert.equal(await run.ended, 1);
    assert.match(run.complaint(), /^can't connect to http:/);
    await run.leavesNothing();
  });

  test('in every way there is, to every variant: each job ends as what happened to it', async (t) => {
    const server = await HostileServer.start(t);
    const kinds = [
      'calm',
      'status-503',
      'reset-mid-body',
      'close',
      'stall',
      'broken-http',
      'endless-body',
      'length-short',
      'length-long',
    ];
    const argv = [
      'bench',
      '--url',
      server.url,
      ...'--workload w.ts --timeout 2500 --rounds 1 --warmup 0'.split(' '),
    ];
    const run = await CliRun.start(t, argv, { files: { 'w.ts': WORKLOAD(kinds) } });
    assert.equal(await run.ended, 2);
    assert.doesNotMatch(run.stderr, /^threadmill: /m);
    const record = await run.record();
    assert.deepEqual([record.status, record.exitCode, record.failure], ['completed', 2, null]);
    for (const { name, blocks, summary } of record.variants) {
      const expected = { ok: 2, 'http-error': 1, reset: 3, timeout: 1, 'protocol-error': 2 };
      assert.deepEqual(
        blocks.map(({ outcomes }) => outcomes),
        [{ ...noOutcomes(), ...expected }],
        name,
      );
      assert.equal(summary, null, 'a block with failures is no figure');
      const busy = blocks[0]?.errors.find(({ outcome }) => outcome === 'http-error');
      assert.deepEqual([busy?.name, busy?.status], ['status-503', 503]);
    }
    assert.match(run.summary, /\d+ of \d+ jobs did not end ok/);
    assert.match(run.summary, /http-error · status 503: .* item \d, status-503: GET http:\S+/);
    assert.match(run.summary, /→ The server answers 429 or 503 .* --max-rate/);
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
        files: { 'w.ts': WORKLOAD(['calm']) },
      },
    );
    assert.equal(await run.ended, 2, run.stderr);
    const record = checkedRecord(JSON.parse(run.stdout));
    const outcomes = record.variants.flatMap(({ blocks }) => blocks.map((block) => block.outcomes));
    assert.equal(outcomes.length, 4, 'every block was tried');
    assert.ok(
      outcomes.some((counts) => counts['connect-error'] === 16),
      JSON.stringify(outcomes),
    );
    await run.leavesNothing();
  });
});

describe('the embedded server', () => {
  test('is killed in the middle of a run: said once, and every later job is a failed connection', async (t) => {
    const line = 'bench --jobs 8 --latency 100 --jitter 0 --rounds 4 --warmup 0 --variants sequential';
    const run = await CliRun.start(t, line);
    const server = await run.process('api-server.js');
    // Two rounds of at least 800 ms before the last one.
    await run.said('round 2 of 4');
    process.kill(server, 'SIGKILL');
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    const lost = record.warnings.filter(({ code }) => code === 'server-lost');
    assert.match(lost[0]?.message ?? '', /^the embedded server .* SIGKILL/);
    assert.equal(lost.length, 1);
    assert.match(run.stdout, /Warning: the embedded server .*SIGKILL/);
    const last = record.variants[0]?.blocks.at(-1);
    assert.deepEqual(last?.outcomes, { ...noOutcomes(), 'connect-error': 8 });
    assert.match(last?.errors[0]?.message ?? '', /ECONNREFUSED/);
    await run.leavesNothing();
  });
});
