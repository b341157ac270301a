/**
 * What `threadmill record` costs: CPU of an HTTP server per request under autocannon, and CPU and wall time of a
 * CPU-bound program (tsc of this project), without a recorder, under record in its modes, under --cpu-prof, 0x and clinic
 * flame. The arms of a round follow one another in a shuffled order, and each is divided by the plain one of its round.
 * Processes of one program differ by some percent. So one server also switches its recorder on and off (`switched`).
 *
 *     make record-cost ARGS="--rounds 10 --only switched --arms record,cpu-prof"
 */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { quantile, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { createRandom, shuffle } from '../../src/core/statistics/random.ts';
import { nodeOptions, type RecorderConfig } from '../../src/engine/recorder/config.ts';
import { spread } from './client-sides.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    only: { type: 'string' },
    arms: { type: 'string', default: 'record,record --no-waits,record --light,cpu-prof,0x,clinic flame' },
  },
});
const ROUNDS = Number(values.rounds);
const REQUEST_SECONDS = 8;
const LONG_SECONDS = 100_000;
const TICKS_PER_MS = 0.1;

type Arm = 'none' | 'record' | 'record --no-waits' | 'record --light' | 'cpu-prof' | '0x' | 'clinic flame';
const ARMS = ['none', ...values.arms.split(',')] as readonly Arm[];

const SERVER = `
const http = require('node:http');
const body = Array.from({ length: 200 }, (_, i) => ({ id: i, name: 'item ' + i }));
http.createServer((_, response) => {
  const sorted = JSON.parse(JSON.stringify(body)).sort((a, b) => b.id - a.id);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(sorted));
}).listen(0, function () { console.log(process.pid, this.address().port); });
process.once('SIGTERM', () => process.exit(0));
`;

/** Version 7 of tsc is no Node program. */
const TSC = 'typescript@5.9';
const PROGRAM = `
console.log(process.pid);
process.argv.splice(2, Infinity, '-p', ${JSON.stringify(ROOT)}, '--noEmit');
require('typescript/lib/tsc.js');
`;

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-record-cost-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
writeFileSync(join(scratch, 'server.js'), SERVER);
writeFileSync(join(scratch, 'program.cjs'), PROGRAM);
writeFileSync(join(scratch, 'package.json'), '{ "private": true }');

/** The recorder as `record` starts it, without the process that waits and collects: that one takes no CPU meanwhile. */
function environmentOf(arm: Arm): NodeJS.ProcessEnv {
  // Clinic asks questions, and exits, unless these are set.
  const clinic = { NO_INSIGHT: '1', NO_UPDATE_NOTIFIER: '1', XDG_CONFIG_HOME: join(scratch, 'config') };
  if (!arm.startsWith('record')) return { ...process.env, ...clinic };
  const dir = mkdtempSync(join(scratch, 'raw-'));
  const isLight = arm === 'record --light';
  const config: RecorderConfig = {
    dir,
    preload: join(ROOT, 'dist/src/engine/recorder/preload.cjs'),
    ...{ intervalUs: isLight ? 5_000 : 1_000, stallMs: 50, waits: arm === 'record' },
    ...{ fromUs: null, untilUs: null, toggle: false, stopFile: join(dir, 'stop'), heapIntervalBytes: null },
    ...{ include: [], exclude: [], maxBytes: 256 * 1024 * 1024 },
  };
  return {
    ...process.env,
    NODE_OPTIONS: nodeOptions(config.preload, process.env.NODE_OPTIONS),
    THREADMILL_RECORD: JSON.stringify(config),
  };
}

/** What a tool puts before the script. */
function commandOf(arm: Arm): string[] {
  const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);
  const out = mkdtempSync(join(scratch, 'out-'));
  if (arm === '0x') return [bin('0x'), '--output-dir', join(out, '0x'), '--', 'node'];
  if (arm === 'clinic flame') return [bin('clinic'), 'flame', '--open=false', '--dest', out, '--', 'node'];
  return ['node', ...(arm === 'cpu-prof' ? ['--cpu-prof', `--cpu-prof-dir=${out}`] : [])];
}

/** @returns the process, or that of the tool, and the numbers that the program prints first: its process, and a port */
async function start(arm: Arm, script: string): Promise<{ tool: ChildProcess; pid: number; port: number }> {
  const [file = '', ...rest] = [...commandOf(arm), join(scratch, script)];
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  const tool = spawn(file, rest, { cwd: scratch, env: environmentOf(arm), stdio: [...stdio] });
  const ended = once(tool, 'exit').then(([code]) => {
    throw new Error(`${arm}: it ended with ${code}`);
  });
  let said = '';
  for (;;) {
    const [data] = (await Promise.race([once(tool.stdout!, 'data'), ended])) as [Buffer];
    said += data;
    const [, pid, port] = /^(\d+)(?: (\d+))?\n/m.exec(said) ?? [];
    if (pid === undefined) continue;
    tool.stdout!.resume();
    return { tool, pid: Number(pid), port: Number(port) };
  }
}

/** CPU of a live process and all of its threads, ms. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_MS;
}

async function requestsIn(url: string, seconds: number): Promise<number> {
  const { requests } = JSON.parse(await text(startLoad(url, seconds).stdout!)) as {
    requests: { total: number };
  };
  return requests.total;
}

function startLoad(url: string, seconds: number): ChildProcess {
  const path = createRequire(import.meta.url).resolve('autocannon');
  const options = ['-c', '8', '-d', String(seconds), '--json', '--no-progress', url];
  return spawn(process.execPath, [path, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
}

interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** µs per request. */
async function serverCost(arm: Arm): Promise<Cost> {
  const { tool, pid, port } = await start(arm, 'server.js');
  const url = `http://127.0.0.1:${port}`;
  await requestsIn(url, 1);
  const before = cpuMs(pid);
  const requests = await requestsIn(url, REQUEST_SECONDS);
  const used = cpuMs(pid) - before;
  const ended = once(tool, 'exit');
  process.kill(pid, 'SIGTERM');
  await ended;
  return { cpu: (1_000 * used) / requests, wall: (1e6 * REQUEST_SECONDS) / requests };
}

/** CPU per request, µs, of one process that switches between the arms. */
async function switchedCosts(arms: readonly Arm[]): Promise<Map<Arm, Pick<Cost, 'cpu'>>[]> {
  const server = fork(new URL('bare/switched-server.mjs', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [port] = (await once(server, 'message')) as [number];
  const load = startLoad(`http://127.0.0.1:${port}`, LONG_SECONDS);
  const costs: Map<Arm, Pick<Cost, 'cpu'>>[] = [];
  // The first round is the warm-up.
  for (let round = -1; round < ROUNDS; round++) {
    const taken = new Map<Arm, Pick<Cost, 'cpu'>>();
    for (const arm of shuffle([...arms], createRandom(round + 2))) {
      server.send(arm);
      const [cpu] = (await once(server, 'message')) as [number];
      taken.set(arm, { cpu });
    }
    if (round >= 0) costs.push(taken);
  }
  load.kill('SIGKILL');
  server.disconnect();
  await once(server, 'exit');
  return costs;
}

/** From its first line to its end: what is read just before the end is all but some ms of it. */
async function programCost(arm: Arm): Promise<Cost> {
  const { tool, pid } = await start(arm, 'program.cjs');
  const ended = once(tool, 'exit');
  const startMs = performance.now();
  for (let cpu = 0; ; await sleep(5)) {
    try {
      cpu = cpuMs(pid);
    } catch {
      const wall = performance.now() - startMs;
      await ended;
      return { cpu, wall };
    }
  }
}

function report<Of extends keyof Cost>(
  name: string,
  costs: readonly Map<Arm, Pick<Cost, Of>>[],
  of: Of,
  unit: string,
): void {
  const plain = sortNumbers(costs.map((round) => round.get('none')![of]));
  console.log(`\n${name}: ${quantile(plain, 0.5)!.toFixed(0)} ${unit} without a recorder, ${ROUNDS} rounds`);
  for (const arm of ARMS.slice(1)) {
    if (!costs[0]!.has(arm)) continue;
    const ratios = costs.map((round) => round.get(arm)![of] / round.get('none')![of]);
    console.log(`  ${arm.padEnd(18)} ${spread(ratios, 3)}×`);
  }
}

if ((values.only ?? 'program') === 'program') {
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const installed = spawnSync('npm', ['install', ...options, TSC], { cwd: scratch, encoding: 'utf8' });
  if (installed.status !== 0) throw new Error(installed.stderr);
}
for (const [what, name, cost, unit, wall] of [
  ['server', 'HTTP server', serverCost, 'µs', 'time per request'],
  ['program', TSC, programCost, 'ms', 'wall time'],
] as const) {
  if ((values.only ?? what) !== what) continue;
  const rounds: Map<Arm, Cost>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const costs = new Map<Arm, Cost>();
    for (const arm of shuffle([...ARMS], createRandom(round))) costs.set(arm, await cost(arm));
    rounds.push(costs);
  }
  report(`${name}, CPU${what === 'server' ? ' per request' : ''}`, rounds, 'cpu', unit);
  report(`${name}, ${wall}`, rounds, 'wall', unit);
}
if ((values.only ?? 'switched') === 'switched') {
  const arms = ARMS.filter((arm) => arm !== '0x' && arm !== 'clinic flame');
  report('one server, switched, CPU per request', await switchedCosts(arms), 'cpu', 'µs');
}
