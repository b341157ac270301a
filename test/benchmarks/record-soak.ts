/**
 * Starts and stops the recorder 1,000 times in a process with four workers that allocate, and attaches 50 times to a busy
 * server with four workers, on each Node given: nothing may crash, no port may stay open, and throughput should be as
 * before. One row per Node.
 *
 *     make record-soak ARGS="--cycles 1000 --attach 50 --node /path/to/node20,/path/to/node22"
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { listeners } from '../../src/orchestrator/record/target-process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '1000' },
    attach: { type: 'string', default: '50' },
    node: { type: 'string', default: process.execPath },
  },
});
const LOAD_SECONDS = 5;
const scratch = mkdtempSync(join(tmpdir(), 'threadmill-record-soak-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const SERVER = `
const { createServer } = require('node:http');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
function work() {
  let n = 0;
  for (let i = 0; i < 2e4; i++) n += Math.sqrt(i);
  return n;
}
if (isMainThread) {
  const workers = Array.from({ length: 4 }, () => new Worker(__filename));
  const open = new Map();
  for (const worker of workers) {
    worker.on('message', ([id, n]) => {
      open.get(id).end(String(n));
      open.delete(id);
    });
  }
  let next = 0;
  const server = createServer((_, response) => {
    const id = next++;
    open.set(id, response);
    workers[id % workers.length].postMessage(id);
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.on('end', () => process.exit(7)).resume();
} else {
  parentPort.on('message', (id) => parentPort.postMessage([id, work()]));
}`;

writeFileSync(join(scratch, 'server.cjs'), SERVER);

/** What the program printed in the end; throws if it crashed. */
function startAndStop(node: string): {
  readonly samples: number;
  readonly rssMb: number;
  readonly fds: number;
} {
  const preload = join(ROOT, 'dist/src/engine/recorder/preload.cjs');
  const argv = [join(ROOT, 'test/fixtures/record/soak.cjs'), preload, join(scratch, 'raw'), values.cycles];
  const { status, signal, stdout } = spawnSync(node, argv, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.deepEqual([status, signal], [0, null]);
  const found = JSON.parse(stdout) as ReturnType<typeof startAndStop> & {
    readonly controllers: number;
    readonly sampling: number;
  };
  // Each start comes right after a stop: they share a controller. None leaves a thread that samples.
  assert.deepEqual([found.controllers, found.sampling], [1, 0]);
  return found;
}

/** autocannon against the server. */
function load(port: number, seconds: number): ChildProcess {
  const path = createRequire(import.meta.url).resolve('autocannon');
  const options = ['-c', '8', '-d', String(seconds), '--json', '--no-progress', `http://127.0.0.1:${port}`];
  return spawn(process.execPath, [path, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Requests a second. */
async function throughput(port: number): Promise<number> {
  const result = JSON.parse(await text(load(port, LOAD_SECONDS).stdout!)) as {
    requests: { average: number };
    non2xx: number;
    errors: number;
  };
  assert.deepEqual([result.non2xx, result.errors], [0, 0]);
  return result.requests.average;
}

/** Throughput before and after, and threads of the server; throws if it crashed or a port stayed open. */
async function attachAndDetach(
  node: string,
): Promise<{ readonly rates: number[]; readonly threads: string }> {
  const program = spawn(node, [join(scratch, 'server.cjs')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const pid = program.pid!;
  const [said] = (await once(program.stdout, 'data')) as [Buffer];
  const port = Number(String(said));
  const countThreads = (): number => readdirSync(`/proc/${pid}/task`).length;
  const [before, threads, ports] = [await throughput(port), countThreads(), listeners(pid)];
  const busy = load(port, 1_000_000);
  const out = join(scratch, 'out');
  for (let time = 0; time < Number(values.attach); time++) {
    const cli = join(ROOT, 'dist/src/cli/main.js');
    const argv = [cli, 'record', '--pid', String(pid), '--duration', '1s', '--out', out];
    const run = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    assert.equal(program.exitCode ?? program.signalCode, null);
    assert.deepEqual(listeners(pid), ports);
    rmSync(out, { recursive: true });
  }
  busy.kill();
  // The recorder's own thread leaves 2 s after the recording.
  await sleep(3_000);
  const found = {
    rates: [before, await throughput(port)],
    threads: `${threads} → ${countThreads()}`,
  };
  program.stdin.end();
  const [code] = (await once(program, 'exit')) as [number | null];
  assert.equal(code, 7);
  return found;
}

const COLUMNS = [
  '   Node',
  'cycles',
  'sample files',
  'RSS MB',
  'open files',
  'attached',
  'req/s before',
  'after',
  'threads',
];
const row = (cells: readonly (string | number)[]): void =>
  console.log(cells.map((cell, i) => String(cell).padStart(COLUMNS[i]!.length + 2)).join(''));
row(COLUMNS);
for (const node of values.node.split(',')) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1);
  const { samples, rssMb, fds } = startAndStop(node);
  const { rates, threads } = await attachAndDetach(node);
  const cells = [version, values.cycles, samples, rssMb, fds, values.attach];
  row([...cells, ...rates.map((rate) => rate.toFixed(0)), threads]);
}
