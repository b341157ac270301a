/**
 * What `threadmill record` costs: CPU of an HTTP server per request under autocannon, and CPU of a CPU-bound program
 * (words of a large file counted and sorted, again and again), without a recorder, under record (with and without waits) and under --cpu-prof. The arms of a
 * round follow one another in a shuffled order, and each is divided by the plain one of its round.
 *
 *     make record-cost ARGS="--rounds 10"
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { quantile, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { createRandom, shuffle } from '../../src/core/statistics/random.ts';
import { nodeOptions, type RecorderConfig } from '../../src/engine/recorder/config.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' } } });
const ROUNDS = Number(values.rounds);
const REQUEST_SECONDS = 8;
const TICKS_PER_MS = 0.1;

const ARMS = ['none', 'record', 'record --no-waits', 'cpu-prof'] as const;
type Arm = (typeof ARMS)[number];

const SERVER = `
const http = require('node:http');
const body = Array.from({ length: 200 }, (_, i) => ({ id: i, name: 'item ' + i }));
http.createServer((_, response) => {
  const sorted = JSON.parse(JSON.stringify(body)).sort((a, b) => b.id - a.id);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(sorted));
}).listen(0, function () { console.log(this.address().port); });
process.once('SIGTERM', () => process.exit(0));
`;

/** Some hundred functions, objects that die young, and no I/O but for reading one file. */
const PROGRAM = `
const { readFileSync } = require('node:fs');
const text = readFileSync(process.argv[2], 'utf8');
const end = 400;
let total = 0;
for (let pass = 0; pass < end; pass++) {
  const counts = new Map();
  for (const [word] of text.matchAll(/[A-Za-z_$][\\w$]*/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const copy = JSON.parse(JSON.stringify(sorted));
  total += copy.reduce((sum, [word, count]) => sum + word.length * count, 0);
}
console.log(total);
`;

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-record-cost-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
writeFileSync(join(scratch, 'server.js'), SERVER);
writeFileSync(join(scratch, 'program.js'), PROGRAM);

/** The recorder as `record` starts it, without the process that waits and collects: that one takes no CPU meanwhile. */
function environmentOf(arm: Arm): NodeJS.ProcessEnv {
  if (arm === 'none' || arm === 'cpu-prof') return process.env;
  const dir = mkdtempSync(join(scratch, 'raw-'));
  const config: RecorderConfig = {
    dir,
    preload: join(ROOT, 'dist/src/engine/recorder/preload.cjs'),
    ...{ intervalUs: 1_000, stallMs: 50, waits: arm === 'record', fromUs: null, untilUs: null },
    ...{ toggle: false, stopFile: join(dir, 'stop'), heapIntervalBytes: null },
    ...{ include: [], exclude: [], maxBytes: 256 * 1024 * 1024 },
  };
  return {
    ...process.env,
    NODE_OPTIONS: nodeOptions(config.preload, process.env.NODE_OPTIONS),
    THREADMILL_RECORD: JSON.stringify(config),
  };
}

function start(arm: Arm, argv: readonly string[], stdout: 'pipe' | 'ignore'): ChildProcess {
  const options = arm === 'cpu-prof' ? ['--cpu-prof', `--cpu-prof-dir=${scratch}`] : [];
  return spawn(process.execPath, [...options, ...argv], {
    cwd: ROOT,
    env: environmentOf(arm),
    stdio: ['ignore', stdout, 'inherit'],
  });
}

/** CPU of a live process and all of its threads, ms. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_MS;
}

async function requestsIn(url: string, seconds: number): Promise<number> {
  const path = createRequire(import.meta.url).resolve('autocannon');
  const options = ['-c', '8', '-d', String(seconds), '--json', '--no-progress', url];
  const client = spawn(process.execPath, [path, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  const { requests } = JSON.parse(await text(client.stdout)) as { requests: { total: number } };
  return requests.total;
}

async function serverCost(arm: Arm): Promise<number> {
  const server = start(arm, [join(scratch, 'server.js')], 'pipe');
  const [data] = (await once(server.stdout!, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${Number(String(data))}`;
  await requestsIn(url, 1);
  const before = cpuMs(server.pid!);
  const requests = await requestsIn(url, REQUEST_SECONDS);
  const used = cpuMs(server.pid!) - before;
  server.kill('SIGTERM');
  await once(server, 'exit');
  return used / requests;
}

/** From its start to its end: what is read just before the end is all but some ms of it. */
async function programCost(arm: Arm): Promise<number> {
  const program = start(arm, [join(scratch, 'program.js'), join(ROOT, 'package-lock.json')], 'ignore');
  let used = 0;
  const look = setInterval(() => {
    try {
      used = cpuMs(program.pid!);
    } catch {
      // It has ended.
    }
  }, 5);
  await once(program, 'exit');
  clearInterval(look);
  return used;
}

for (const [what, cost, unit] of [
  ['HTTP server, CPU per request', serverCost, 'µs'],
  ['CPU-bound program, CPU', programCost, 'ms'],
] as const) {
  const ratios = new Map<Arm, number[]>(ARMS.map((arm) => [arm, []]));
  const plain: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const costs = new Map<Arm, number>();
    for (const arm of shuffle([...ARMS], createRandom(round))) costs.set(arm, await cost(arm));
    plain.push(costs.get('none')!);
    for (const arm of ARMS) ratios.get(arm)!.push(costs.get(arm)! / costs.get('none')!);
  }
  const scale = unit === 'µs' ? 1_000 : 1;
  console.log(
    `\n${what}: ${(quantile(sortNumbers(plain), 0.5)! * scale).toFixed(1)} ${unit} without a recorder, ${ROUNDS} rounds`,
  );
  for (const arm of ARMS.slice(1)) {
    const sorted = sortNumbers(ratios.get(arm)!);
    const [low, high] = [quantile(sorted, 0)!, quantile(sorted, 1)!];
    console.log(
      `  ${arm.padEnd(18)} ${quantile(sorted, 0.5)!.toFixed(3)}×  (${low.toFixed(3)}–${high.toFixed(3)})`,
    );
  }
}
