/**
 * A server that stalls one second in ten, at a fixed rate: the p99 of the response times that Threadmill
 * measures, beside the value worked out on paper, and beside what a closed loop makes of the same server.
 * docs/benchmarks.md has the derivation. Seven minutes, of which nearly all is waiting; exit code 1 if an open
 * loop does not agree with the paper, or the closed one does.
 *
 *   make stall               (ARGS="--rounds 3 --variants event-loop --only closed")
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { type RunRecord, runRecordSchema, type VariantRecord } from '../../src/core/documents/run-record.ts';
import { quantile, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { VARIANT_NAMES } from '../../src/core/variants.ts';

const { values } = parseArgs({
  options: {
    periods: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    variants: { type: 'string', default: VARIANT_NAMES.filter((name) => name !== 'sequential').join(',') },
  },
});
const PERIOD_MS = 10_000;
const STALL_MS = 1_000;
const LATENCY_MS = 20;
const RATE = 200;
/** As many as can be waiting for the end of a stall, and more. */
const MANY_SLOTS = 256;
/** Fewer than one job in a hundred of a period: what a closed loop has in flight hides from its p99. */
const FEW_SLOTS = 16;
/** With so many a closed loop comes to about the same rate. */
const CLOSED_LANES = 5;
/** Whole periods, so that it does not matter when in one the schedule begins. */
const JOBS = (Number(values.periods) * PERIOD_MS * RATE) / 1000;
/**
 * What a measured p99 may be off, of the one on paper. Poisson arrivals are a sample: of 600 in the stalls of three
 * periods the place of the p99 has a standard error of 12 ms.
 */
const AGREES = { uniform: 0.02, poisson: 0.04 } as const;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'threadmill-stall-'));
const server = fork(here('stall/server.mjs'), [
  JSON.stringify({ periodMs: PERIOD_MS, stallMs: STALL_MS, latencyMs: LATENCY_MS }),
]);

/**
 * Response times under the schedule: L in nine tenths of the cases, L + U(0, S) in one tenth. So
 * P(T > L + x) = (S/P)(1 − x/S), which is 1 − q at x = S − P(1 − q).
 */
function onPaper(q: number): number {
  return LATENCY_MS + Math.max(0, STALL_MS - PERIOD_MS * (1 - q));
}

type Summary = NonNullable<VariantRecord['summary']>;

interface Load {
  readonly name: string;
  readonly slots: number;
  readonly options: readonly string[];
  /** What users would see at the p99, ms. */
  readonly p99: number;
  p99Of(summary: Summary): number | null;
  readonly within: number;
  /** Whether the two are to agree. */
  readonly agrees: boolean;
}

const responseP99 = ({ open }: Summary) => open?.responseMs.p99 ?? null;
const serviceP99 = ({ latencyMs }: Summary) => latencyMs.p99;
const open = (arrivals: string) => ['--rate', String(RATE), '--arrivals', arrivals];

const LOADS: readonly Load[] = [
  {
    name: `${RATE} a second, uniform`,
    slots: MANY_SLOTS,
    options: open('uniform'),
    p99: onPaper(0.99),
    p99Of: responseP99,
    within: AGREES.uniform,
    agrees: true,
  },
  {
    name: `${RATE} a second, Poisson`,
    slots: MANY_SLOTS,
    options: open('poisson'),
    p99: onPaper(0.99),
    p99Of: responseP99,
    within: AGREES.poisson,
    agrees: true,
  },
  {
    name: `${RATE} a second, few slots`,
    slots: FEW_SLOTS,
    options: open('uniform'),
    p99: fewLanesOnPaper(),
    p99Of: responseP99,
    within: AGREES.uniform,
    agrees: true,
  },
  {
    name: 'closed loop',
    slots: CLOSED_LANES,
    options: [],
    p99: onPaper(0.99),
    p99Of: serviceP99,
    within: AGREES.uniform,
    agrees: false,
  },
];

/**
 * With fewer slots than jobs in a stall those that find none free wait for one. They are served in their order,
 * a slot every L; played through for one period, the stall at its end, then long enough to catch up.
 */
function fewLanesOnPaper(): number {
  const free = new Array<number>(FEW_SLOTS).fill(0);
  const times: number[] = [];
  const stallFrom = PERIOD_MS - STALL_MS;
  // Two periods; the second sees what the first stall left behind, if that is still there.
  for (let job = 0; job < (2 * PERIOD_MS * RATE) / 1000; job++) {
    const due = (job * 1000) / RATE;
    const slot = free.indexOf(Math.min(...free));
    const start = Math.max(due, free[slot]!);
    const within = start % PERIOD_MS;
    const end = start + LATENCY_MS + (within >= stallFrom ? PERIOD_MS - within : 0);
    free[slot] = end;
    times.push(end - due);
  }
  return quantile(sortNumbers(times), 0.99)!;
}

try {
  const [{ url }] = (await once(server, 'message')) as [{ url: string }];
  const lines: string[] = [];
  for (const load of LOADS.filter(({ name }) => name.includes(values.only))) {
    const record = await bench(load, url);
    for (const { name, summary } of record.variants) lines.push(lineOf(load, name, summary));
    process.stderr.write(`${lines.slice(-record.variants.length).join('\n')}\n`);
  }
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; ${JOBS} jobs\n`);
  console.log(
    '| load | slots | variant | jobs/s | service p50, ms | service p99 | response p99 | on paper | agrees |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  console.log(lines.join('\n'));
} finally {
  if (server.connected) server.disconnect();
  rmSync(out, { recursive: true, force: true });
}

async function bench({ slots, options }: Load, url: string): Promise<RunRecord> {
  const argv = [
    ...['bench', '--workload', here('stall/one-path.workload.mjs'), '--url', url, '--jobs', String(JOBS)],
    ...[
      '--concurrency',
      String(slots),
      '--variants',
      values.variants,
      '--rounds',
      values.rounds,
      '--warmup',
      '0',
    ],
    ...['--no-trace', '--json', '--quiet', '--out', out, ...options],
  ];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [here('../../dist/src/cli/main.js'), ...argv],
    {
      maxBuffer: 2 ** 28,
    },
  );
  return runRecordSchema.parse(JSON.parse(stdout));
}

function lineOf(load: Load, variant: string, summary: Summary | null): string {
  if (summary === null) throw new Error(`${variant} has no trial without failures`);
  const { latencyMs, open, jobsPerSecond } = summary;
  const rate = open === null ? jobsPerSecond : open.achievedPerSecond!;
  const measured = load.p99Of(summary)!;
  const agrees = Math.abs(measured - load.p99) <= load.within * load.p99;
  if (agrees !== load.agrees) process.exitCode = 1;
  const ms = (value: number | null | undefined) => (value == null ? '—' : value.toFixed(1));
  const cells = [
    ...[load.name, load.slots, variant, rate.toFixed(1), ms(latencyMs.p50), ms(latencyMs.p99)],
    ...[ms(open?.responseMs.p99), ms(load.p99), agrees ? 'yes' : 'no'],
  ];
  return `| ${cells.join(' | ')} |`;
}
