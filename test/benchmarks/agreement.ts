/**
 * Requests a second of autocannon, wrk (where it is installed) and Threadmill's event-loop: the same request to
 * the same server over the same number of connections, in an order drawn anew for each round, compared within it.
 * Beside them what explains a difference: the CPU that each client takes for a request, and how busy client and
 * server are. Ten minutes; wants an otherwise idle machine.
 *
 *   make agreement           (ARGS="--rounds 9 --seconds 5 --connections 64")
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { quantile, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { createRandom, shuffle } from '../../src/core/statistics/random.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { usageBetween } from '../../src/orchestrator/server/usage.ts';
import { bundleWorkload } from '../../src/workload/bundle.ts';
import { startBareRunner } from './bare-runner.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
  },
});
const [rounds, seconds, connections] = [values.rounds, values.seconds, values.connections].map(Number) as [
  number,
  number,
  number,
];
const LATENCIES_MS = [0, 5, 20];
/** Of the trials that tell how long a trial of some seconds has to be. */
const TRIAL_JOBS = 20_000;
const AGREES = 0.1;

interface Load {
  readonly requests: number;
  readonly wallMs: number;
  /** Of the client's process, start-up included where it is started for each reading. */
  readonly cpuMs: number;
}

interface Reading {
  readonly perSecond: number;
  readonly clientCpuUs: number;
  /** CPUs in use by the client, and by the server. */
  readonly clientCpus: number;
  readonly serverCpus: number;
}

interface Client {
  readonly name: string;
  load(): Promise<Load>;
  close(): Promise<void>;
}

/** A command's standard output, and the CPU that it took, which the shell tells on standard error. */
async function timed(argv: readonly string[]): Promise<{ readonly stdout: string; readonly cpuMs: number }> {
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const times = /^([\d.]+) ([\d.]+)$/m.exec(stderr);
  if (code !== 0 || times === null) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return { stdout, cpuMs: (Number(times[1]) + Number(times[2])) * 1000 };
}

function autocannon(url: string): Client {
  const path = createRequire(import.meta.url).resolve('autocannon');
  const options = ['-c', String(connections), '-d', String(seconds), '--json', '--no-progress', url];
  return {
    name: 'autocannon',
    load: async () => {
      const { stdout, cpuMs } = await timed([process.execPath, path, ...options]);
      const result = JSON.parse(stdout) as {
        requests: { total: number };
        duration: number;
        errors: number;
        non2xx: number;
      };
      if (result.errors + result.non2xx > 0) throw new Error('autocannon: requests failed');
      return { requests: result.requests.total, wallMs: result.duration * 1000, cpuMs };
    },
    close: async () => {},
  };
}

function wrk(url: string): Client {
  return {
    name: 'wrk',
    load: async () => {
      const { stdout, cpuMs } = await timed(['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, url]);
      const total = /(\d+) requests in ([\d.]+)s/.exec(stdout);
      if (total === null || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk: ${stdout}`);
      return { requests: Number(total[1]), wallMs: Number(total[2]) * 1000, cpuMs };
    },
    close: async () => {},
  };
}

/** A runner as the orchestrator starts it, warm, with trials that take as long as the others' loads. */
async function threadmill(baseUrl: string, latencyMs: number): Promise<Client> {
  const start = async (jobs: number) => {
    const common = { variant: 'event-loop', scratch, baseUrl, concurrency: connections, workers: 1 } as const;
    const { runner } = await startBareRunner({ ...common, jobs, latencyMs });
    let round = 0;
    const load = async (): Promise<Load> => {
      const result = await runner.runTrial({ round: round++, order: 0, rowsTrial: null, traced: false });
      if (result.type !== 'done' || result.trial.outcomes.ok !== jobs) {
        throw new Error(`a trial did not go well: ${JSON.stringify(result)}`);
      }
      const { wallMs, cpuUserMs, cpuSystemMs } = result.trial;
      return { requests: jobs, wallMs: wallMs!, cpuMs: cpuUserMs! + cpuSystemMs! };
    };
    return { load, close: () => runner.close() };
  };
  const trial = await start(TRIAL_JOBS);
  await trial.load();
  const { wallMs } = await trial.load();
  await trial.close();
  const warm = await start(Math.round((TRIAL_JOBS / wallMs) * seconds * 1000));
  await warm.load();
  return { name: 'event-loop', ...warm };
}

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-agreement-'));
const hasWrk = spawnSync('wrk', ['-v']).error === undefined;
try {
  const source = fileURLToPath(new URL('agreement.workload.mjs', import.meta.url));
  await bundleWorkload(source, join(scratch, 'workload.js'));
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; ${connections} connections, ${rounds} rounds of ${seconds} s${hasWrk ? '' : '; wrk is not installed'}\n`,
  );
  console.log(
    '| latency | client | requests/s (quartiles) | event-loop ÷ it (quartiles) | client CPU, µs a request | CPUs: client | server |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const latencyMs of LATENCIES_MS) await compare(latencyMs);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function compare(latencyMs: number): Promise<void> {
  const server = await startEmbeddedServer({ seed: 1, keepAlive: true });
  try {
    const url = `${server.url}/api/users/1?latency=${latencyMs}&jitter=0&size=200`;
    const clients = [await threadmill(server.url, latencyMs), autocannon(url), ...(hasWrk ? [wrk(url)] : [])];
    const readings = new Map<string, Reading[]>(clients.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round++) {
      for (const client of shuffle([...clients], createRandom(round))) {
        const before = await server.usage();
        const { requests, wallMs, cpuMs } = await client.load();
        const used = usageBetween(before, await server.usage());
        readings.get(client.name)!.push({
          perSecond: (requests / wallMs) * 1000,
          clientCpuUs: (cpuMs * 1000) / requests,
          clientCpus: cpuMs / wallMs,
          serverCpus: (used.cpuUserMs + used.cpuSystemMs) / wallMs,
        });
      }
      process.stderr.write(`latency ${latencyMs} ms, round ${round} of ${rounds}\n`);
    }
    for (const client of clients) await client.close();
    for (const { name } of clients) print(latencyMs, name, readings.get(name)!, readings.get('event-loop')!);
  } finally {
    await server.stop();
  }
}

function print(latencyMs: number, name: string, of: readonly Reading[], ours: readonly Reading[]): void {
  const at = (list: readonly number[], p: number) => quantile(sortNumbers(list), p)!;
  const range = (list: readonly number[], digits: number) =>
    `${at(list, 0.5).toFixed(digits)} (${at(list, 0.25).toFixed(digits)}–${at(list, 0.75).toFixed(digits)})`;
  const ratios = of.map((reading, round) => ours[round]!.perSecond / reading.perSecond);
  const far = Math.abs(at(ratios, 0.5) - 1) > AGREES;
  const figure = (pick: (reading: Reading) => number, digits: number) =>
    at(of.map(pick), 0.5).toFixed(digits);
  const cells = [
    `${latencyMs} ms`,
    name,
    range(
      of.map(({ perSecond }) => perSecond),
      0,
    ),
    name === 'event-loop' ? '—' : `${range(ratios, 2)}${far ? ', over 10% apart' : ''}`,
    figure(({ clientCpuUs }) => clientCpuUs, 1),
    figure(({ clientCpus }) => clientCpus, 2),
    figure(({ serverCpus }) => serverCpus, 2),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
