import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noOutcomes } from '../../src/core/outcomes.ts';
import { ROW_BYTES } from '../../src/engine/measurement/job-table.ts';
import type { ServerStart } from '../../src/orchestrator/server/messages.ts';
import { DEFAULT_SERVE_OPTIONS } from '../../src/orchestrator/server/options.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SERVER = fileURLToPath(new URL('../../dist/workers/api-server.js', import.meta.url));

/** A command line under this limit: `-n 256`. */
function ulimit(limit: string): string[] {
  return ['sh', '-c', `ulimit ${limit} && exec "$@"`, 'sh'];
}

describe('limits of the machine', { concurrency: 2, skip: process.platform !== 'linux' }, () => {
  for (const command of ['bench', 'report']) {
    test(`${command} with too few for Threadmill itself: one message, no internal error`, async (t) => {
      const run = await CliRun.start(t, command, { through: ulimit('-n 64') });
      assert.equal(await run.ended, 1);
      assertNames(run.complaint(), '64 open files', '`ulimit -n 256`');
      assert.deepEqual(await readdir(run.cwd), []);
    });
  }

  test('a soft limit that is too low is raised to the hard one, which Node does', async (t) => {
    const line = 'bench --jobs 4 --latency 1 --rounds 1 --warmup 0 --no-trace --variants event-loop';
    const run = await CliRun.start(t, line, { through: ulimit('-S -n 64') });
    assert.equal(await run.ended, 0, run.stderr);
  });

  test('the fewest that are let through are enough for a run and its captures', async (t) => {
    const line =
      'profile --jobs 16 --latency 100 --rounds 1 --warmup 0 --variants worker-pool --captures threads,0x';
    const run = await CliRun.start(t, line, { through: ulimit('-n 200') });
    assert.equal(await run.ended, 0, run.stderr);
    const record = await run.record();
    assert.ok(!record.warnings.some(({ code }) => code === 'not-traced'));
    await run.leavesNothing();
  });

  for (const command of ['bench --concurrency 500 --jobs 1000', 'sweep --concurrency 1,500']) {
    test(`${command} with 256: refused before anything is written`, async (t) => {
      const run = await CliRun.start(t, command, { through: ulimit('-n 256') });
      assert.equal(await run.ended, 1);
      assertNames(run.complaint(), '500 jobs', /\d+ open files/, '256', /--concurrency 1\d\d\b/);
      assert.deepEqual(await readdir(run.cwd), []);
      await run.leavesNothing();
    });
  }

  test('fewer than the connections of all variants together: idle ones are closed between trials', async (t) => {
    const variants = 'event-loop,worker-pool,worker-pool-batched';
    const line = `bench --variants ${variants} --concurrency 100 --jobs 100 --latency 1 --jitter 0 --rounds 1 --warmup 1`;
    const run = await CliRun.start(t, line, { through: ulimit('-n 256') });
    assert.equal(await run.ended, 0, run.stderr);
    const record = await run.record();
    for (const { name, warmups, trials, trace } of record.variants) {
      for (const { outcomes, connectionsOpened, server } of [...warmups, ...trials]) {
        const figures = [outcomes, connectionsOpened, server?.requests];
        assert.deepEqual(figures, [{ ...noOutcomes(), ok: 100 }, 0, 100], name);
      }
      assert.ok(trace !== null, `${name} is traced`);
    }
    assert.ok(!record.warnings.some(({ code }) => code === 'server-exhausted'));
    await run.leavesNothing();
  });

  test('jobs that take all there are: client-exhausted, and the run goes to its end', async (t) => {
    const workload = `
      import { open } from 'node:fs/promises';
      import { defineWorkload } from 'threadmill';
      const held: unknown[] = [];
      export default defineWorkload({
        name: 'hoards', jobs: 400,
        run: async () => { held.push(await open('/dev/null')); return 1; },
      });`;
    const line =
      'bench --details --workload w.ts --concurrency 8 --rounds 2 --warmup 0 --no-trace --variants event-loop,worker-pool';
    const run = await CliRun.start(t, line, { files: { 'w.ts': workload }, through: ulimit('-n 256') });
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    for (const { name, trials } of record.variants) {
      assert.equal(trials.length, 2, name);
      const [first, second] = trials.map(({ outcomes }) => outcomes);
      assert.ok(first!.ok > 100 && first!.ok + first!['client-exhausted'] === 400, JSON.stringify(first));
      assert.equal(second!['client-exhausted'], 400, 'nothing was given back');
      assert.match(trials[0]!.errors[0]!.message, /EMFILE/);
      const { size } = await stat((await run.folder()).path('jobs', `${name}.bin`));
      assert.equal(size, 2 * 400 * ROW_BYTES, 'rows were written all the same');
    }
    assertNames(run.summary, 'client-exhausted');
    await run.leavesNothing();
  });

  test('500 requests of a workload’s own client at once with 256: every job ends, and the cause is named', async (t) => {
    // Threadmill does not know how many connections it opens, so nothing can be refused beforehand.
    const workload = `
      import { defineWorkload, type WorkloadSettings } from 'threadmill';
      export default ({ baseUrl }: WorkloadSettings) => defineWorkload({
        name: 'fetches', jobs: 600,
        run: async (index: number) => {
          const response = await fetch(baseUrl + '/api/users/' + index + '?latency=20');
          return (await response.text()).length;
        },
      });`;
    const line =
      'bench --details --workload w.ts --concurrency 500 --rounds 1 --warmup 0 --no-trace --timeout 3s --variants event-loop,worker-pool';
    const run = await CliRun.start(t, line, { files: { 'w.ts': workload }, through: ulimit('-n 256') });
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    for (const { name, trials } of record.variants) {
      const { outcomes } = trials[0]!;
      assert.ok(outcomes['client-exhausted'] > 0, `${name}: ${JSON.stringify(outcomes)}`);
      assert.equal(outcomes['worker-crashed'], 0, name);
    }
    assert.match(run.summary, /client-exhausted · EMFILE/);
    await run.leavesNothing();
  });

  test('--payload above 32 MiB: the built-in workload takes it', async (t) => {
    const line =
      'bench --payload 34MB --jobs 1 --latency 1 --rounds 1 --warmup 0 --no-trace --variants event-loop';
    const run = await CliRun.start(t, line);
    assert.equal(await run.ended, 0, run.stderr);
    const [trial] = (await run.record()).variants[0]!.trials;
    assert.deepEqual(trial!.outcomes, { ...noOutcomes(), ok: 1 });
    assert.ok(trial!.bytes > 33_554_432, String(trial!.bytes));
  });

  for (const command of ['bench', 'sweep --concurrency 1,4']) {
    test(`${command} --payload 600MB: refused before anything is written`, async (t) => {
      const run = await CliRun.start(t, `${command} --payload 600MB`);
      assert.equal(await run.ended, 1);
      assertNames(run.complaint(), /--payload 6\d\d MB: .* \d+ MB/);
      assert.deepEqual(await readdir(run.cwd), []);
    });
  }
});

test('the server refuses connections that it has no file descriptor for, counts them and logs it', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const logFile = join(await temporaryFolder(t), 'server.ndjson');
  const start: ServerStart = { options: DEFAULT_SERVE_OPTIONS, logFile, runId: '' };
  const child: ChildProcess = spawn(
    '/bin/sh',
    ['-c', 'ulimit -n 100 && exec "$@"', 'sh', process.execPath, SERVER, JSON.stringify(start)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const url = line.replace('listening on ', '');
  const port = Number(new URL(url).port);
  const sockets = Array.from({ length: 150 }, () => connect(port, '127.0.0.1'));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const kept = sockets[0]!;
  let closed = 0;
  await new Promise<void>((resolve) => {
    for (const socket of sockets) {
      socket.on('error', () => undefined).resume();
      socket.once('close', () => {
        closed += 1;
        if (closed === 50) resolve();
      });
    }
  });
  kept.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
  const [answer] = (await once(kept, 'data')) as [Buffer];
  const { connectionsRefused } = JSON.parse(answer.toString().split('\r\n\r\n')[1]!);
  assert.ok(connectionsRefused >= 50 && connectionsRefused < 100, String(connectionsRefused));
  const log = (await readFile(logFile, 'utf8'))
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  // Connections may have been refused since the answer: the log is as long as it says, or longer.
  const warned = log.filter(({ level }) => level === 'warn');
  assert.deepEqual(
    warned.map(({ msg, refused: count, limit }) => [msg, count, limit]),
    warned.map((_, power) => ['connection refused: no file descriptor left', 2 ** power, 100]),
  );
  assert.ok(2 ** warned.length > connectionsRefused, `${warned.length} of ${connectionsRefused}`);
});
