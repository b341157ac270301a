/**
 * How throughput of distributed-queue grows with its workers, for jobs that wait and for jobs that compute, and whether
 * the Universal Scalability Law, fitted to all numbers of workers but the last, predicts that one within its 95%
 * interval. Not judged where there are more workers than CPUs and jobs compute. Exit code 1 if a judged one missed.
 * `make queue-scaling`, about ten minutes; wants an otherwise idle machine. `--netns`: each worker in a network
 * namespace of its own (Linux, root). It prints Markdown. Ctrl+C ends it, and leaves no namespace and no process.
 * A trial of the script itself: `--workers 1,2,3,4 --rounds 2 --only waiting`.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type RunRecord, runRecordSchema } from '../../src/core/documents/run-record.ts';
import {
  fitMeasuredScaling,
  type MeasuredPoint,
  predictAt,
} from '../../src/core/statistics/universal-scalability-law.ts';
import { findQueueServer } from '../../src/engine/variants/queue/embedded-server.ts';
import { pointResult } from '../../src/orchestrator/sweep/point-result.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import { CLI } from '../support/compiled.ts';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,4,8' },
    rounds: { type: 'string', default: '12' },
    /** Of each worker. */
    concurrency: { type: 'string', default: '4' },
    only: { type: 'string' },
    netns: { type: 'boolean', default: false },
    /** Of one run, s. */
    limit: { type: 'string', default: '300' },
  },
});

const WORKLOAD = fileURLToPath(new URL('queue-scaling.workload.mjs', import.meta.url));
/** So many turns of every slot leave a steady part that is most of a trial. */
const TURNS = 10;
const KINDS = [
  { name: 'waiting', settings: ['--latency', '100'], computes: false },
  { name: 'computing', settings: ['--cpu', '20'], computes: true },
].filter(({ name }) => values.only === undefined || values.only === name);

/** A bridge with a queue server on it, and hosts that reach nothing else. */
class Network {
  readonly url: string;
  readonly #bridge: string;
  readonly #hosts: readonly string[];
  readonly #server: ChildProcess;
  #workers: ChildProcess[] = [];

  private constructor(url: string, bridge: string, hosts: readonly string[], server: ChildProcess) {
    this.url = url;
    this.#bridge = bridge;
    this.#hosts = hosts;
    this.#server = server;
  }

  static async open(hosts: number): Promise<Network> {
    const id = process.pid % 100_000;
    const bridge = `tmq${id}`;
    const address = (host: number) => `10.231.${id % 250}.${host}`;
    const names = Array.from({ length: hosts }, (_, index) => `${bridge}-${index + 1}`);
    try {
      ip('link', 'add', bridge, 'type', 'bridge');
      ip('addr', 'add', `${address(254)}/24`, 'dev', bridge);
      ip('link', 'set', bridge, 'up');
      for (const [index, name] of names.entries()) {
        const [here, there] = [`${bridge}a${index}`, `${bridge}b${index}`];
        ip('netns', 'add', name);
        ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there);
        ip('link', 'set', here, 'master', bridge, 'up');
        ip('link', 'set', there, 'netns', name);
        ip('-n', name, 'addr', 'add', `${address(index + 1)}/24`, 'dev', there);
        ip('-n', name, 'link', 'set', there, 'up');
        ip('-n', name, 'link', 'set', 'lo', 'up');
      }
    } catch (thrown) {
      Network.#remove(bridge, names);
      throw thrown;
    }
    const password = randomBytes(12).toString('hex');
    const settings = ['--bind', address(254), '--port', '6390', '--requirepass', password, '--save', ''];
    const server = spawn(findQueueServer(), settings, { stdio: 'ignore' });
    return new Network(`redis://:${password}@${address(254)}:6390/0`, bridge, names, server);
  }

  startWorkers(count: number, concurrency: number): void {
    this.#workers = this.#hosts
      .slice(0, count)
      .map((host) =>
        spawn(
          'ip',
          ['netns', 'exec', host, process.execPath, CLI, 'worker', '--concurrency', String(concurrency)],
          { stdio: 'ignore', env: { ...process.env, THREADMILL_QUEUE_URL: this.url } },
        ),
      );
  }

  async stopWorkers(): Promise<void> {
    const ended = this.#workers.map((worker) =>
      worker.exitCode === null && worker.signalCode === null ? once(worker, 'exit') : null,
    );
    for (const worker of this.#workers) worker.kill('SIGTERM');
    await Promise.all(ended);
    this.#workers = [];
  }

  close(): void {
    this.#server.kill('SIGKILL');
    for (const worker of this.#workers) worker.kill('SIGKILL');
    Network.#remove(this.#bridge, this.#hosts);
  }

  /** Goes on where something is not there: the rest must not stay. */
  static #remove(bridge: string, hosts: readonly string[]): void {
    const removals = [...hosts.map((host) => ['netns', 'del', host]), ['link', 'del', bridge]];
    for (const argv of removals) {
      try {
        ip(...argv);
      } catch {}
    }
  }
}

function ip(...argv: string[]): void {
  execFileSync('ip', argv);
}

const counts = values.workers.split(',').map(Number);
const each = Number(values.concurrency);
const out = mkdtempSync(join(tmpdir(), 'threadmill-queue-scaling-'));
let missed = 0;
let current: ChildProcess | null = null;
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    isStopped = true;
    current?.kill(signal);
  });
}
const network = values.netns ? await Network.open(Math.max(...counts)) : null;
try {
  console.log(
    `${availableParallelism()} CPUs, workers ${network === null ? 'on this machine' : 'each in a network namespace'}, ${each} jobs in flight at each.`,
  );
  for (const kind of KINDS) await measure(kind);
  console.log(`\n${missed === 0 ? 'held' : `MISSED: ${missed}`}`);
  process.exitCode = missed === 0 ? 0 : 1;
} catch (thrown) {
  if (!isStopped) throw thrown;
  process.exitCode = 130;
} finally {
  network?.close();
  rmSync(out, { recursive: true, force: true });
}

async function measure({ name, settings, computes }: (typeof KINDS)[number]): Promise<void> {
  const points: MeasuredPoint[] = [];
  const last = counts.at(-1)!;
  console.log(
    `\nJobs that are ${name} (\`${settings.join(' ')}\`):\n\n` +
      '| workers | jobs/s (95% CI) | CPU per job of workers, ms | of the coordinator, ms | of the queue server, ms | bytes per job |\n' +
      '| --- | --- | --- | --- | --- | --- |',
  );
  let ceilings = '';
  for (const n of counts) {
    const record = await bench([...settings, '--variants', 'distributed-queue'], n);
    const { variants } = pointResult(record, RunFolder.open(join(out, record.id)), {
      ...{ session: 0, path: 'points/p' },
    });
    const throughput = variants[0]?.throughput;
    const { queue } = record.verdict ?? {};
    if (throughput == null || queue === undefined) throw new Error(`${n} workers: no throughput`);
    points.push({ ...throughput, n, throughput: throughput.estimate, level: throughput.level ?? 0.5 });
    const cpu = [queue.cpuMsPerJob.workers, queue.cpuMsPerJob.coordinator, queue.cpuMsPerJob.server];
    const cells = [n, range(throughput), ...cpu.map(orDash), orDash(queue.bytesPerJob)];
    console.log(`| ${cells.join(' | ')} |`);
    const { server, coordinator } = queue.ceilings;
    ceilings = `One CPU of the queue server carries ${server === null ? '—' : range(server)} jobs/s, one of the coordinator ${coordinator === null ? '—' : range(coordinator)}.`;
  }
  console.log(`\n${ceilings}`);
  const scaling = fitMeasuredScaling(points.slice(0, -1), { seed: 1 });
  const measured = points.at(-1)!;
  if (scaling === null) {
    console.log('no prediction: fewer than three numbers of workers before the last');
    return;
  }
  const { sigma, kappa } = scaling.fitted;
  const { estimate, low, high } = predictAt(scaling, measured.n);
  const isJudged = !computes || last <= availableParallelism();
  const held = low <= measured.throughput && measured.throughput <= high;
  if (isJudged && !held) missed++;
  const verdict = isJudged
    ? held
      ? 'held'
      : 'MISSED'
    : `${held ? 'within' : 'outside'} the interval, not judged: more workers than CPUs`;
  console.log(
    `The law fitted to ${counts.slice(0, -1).join(', ')} workers (σ ${digits(sigma)}, κ ${digits(kappa)}) predicts ` +
      `${range({ estimate, low, high })} jobs/s for ${measured.n}; measured ${digits(measured.throughput)}: ${verdict}.`,
  );
  const both = await bench([...settings, '--variants', 'worker-pool,distributed-queue'], 2);
  const machines = both.verdict?.queue?.machines ?? null;
  if (machines !== null) {
    console.log(
      `A job takes ${digits(machines)} times the CPU that it takes in worker-pool: ${Math.ceil(machines)} machines equal one.`,
    );
  }
}

function range({ estimate, low, high }: { estimate: number; low: number; high: number }): string {
  return `${digits(estimate)} (${digits(low)}–${digits(high)})`;
}

function orDash(value: number | null): string {
  return value === null ? '—' : digits(value);
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

async function bench(options: readonly string[], n: number): Promise<RunRecord> {
  const concurrency = n * each;
  const argv = [
    CLI,
    'bench',
    '--json',
    '--quiet',
    '--no-trace',
    '--out',
    out,
    '--workload',
    WORKLOAD,
    ...options,
  ];
  argv.push(
    '--rounds',
    values.rounds,
    '--concurrency',
    String(concurrency),
    '--jobs',
    String(TURNS * concurrency),
  );
  argv.push(
    '--queue',
    network?.url ?? 'embedded',
    '--queue-workers',
    network === null ? String(n) : `external:${n}`,
  );
  if (isStopped) throw new Error('stopped');
  network?.startWorkers(n, each);
  try {
    return await new Promise((resolve, reject) => {
      const limits = { maxBuffer: 2 ** 28, timeout: 1_000 * Number(values.limit) };
      current = execFile(process.execPath, argv, limits, (failure, stdout, stderr) => {
        if (isStopped) return reject(new Error('stopped'));
        // It ends itself on SIGTERM, with the record of the rounds that it has: too few for its point.
        if (failure?.killed) {
          const said = stderr.trim() === '' ? '' : `; it said: ${stderr.trim()}`;
          reject(new Error(`${n} workers: the run was ended after ${values.limit} s (--limit)${said}`));
          return;
        }
        const parsed = stdout === '' ? null : runRecordSchema.safeParse(JSON.parse(stdout));
        if (parsed?.success) resolve(parsed.data);
        else
          reject(
            new Error(
              `${n} workers: no record (${failure?.message.split('\n')[0]}): ${stderr}${parsed?.error?.message ?? ''}`,
            ),
          );
      });
    });
  } finally {
    await network?.stopWorkers();
  }
}
