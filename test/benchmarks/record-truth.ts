/**
 * What `record` says, against what the program measured itself: shares of CPU, stalls and the functions that they are
 * blamed on, requests, and the clocks of two processes. Each run is a program with a seed of its own, with a main thread,
 * a worker and a server in another process. Exit code 1 if a bound is not met.
 *
 *     make record-truth ARGS="--runs 10 --seed 1"        (two minutes, wants an idle machine)
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { quantile, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { RecordingFolder } from '../../src/store/recording-folder.ts';
import { CLI } from '../support/compiled.ts';
import { msIn, PROGRAMS, readRecorded } from '../support/recordings.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    node: { type: 'string', default: process.execPath },
  },
});
const US_PER_MS = 1_000;
/** `worker.threadId`: the recorder has the first. */
const WORKER = 2;
/** Of the stalls. */
const RIGHT_FUNCTION = 0.95;
/** Of the requests: the program and the recorder do not look at the same instant, and samples are saved in between. */
const REQUESTS_WITHIN = 0.95;

interface Interval {
  readonly startUs: number;
  readonly endUs: number;
}

type Place = 'main' | 'worker' | 'server';

/** What the program prints. */
interface Truth {
  readonly pid: number;
  readonly shares: Readonly<Record<Place, Readonly<Record<string, number>>>>;
  readonly stalls: readonly (Interval & { readonly place: Place; readonly name: string })[];
  readonly stallsFromUs: number;
  readonly stallsUntilUs: number;
  readonly requests: {
    /** As the server's handler saw them. */
    readonly served: readonly Interval[];
    /** As the client saw them: until it was told of the response. */
    readonly asked: readonly Interval[];
    /** When Node told the server and the client of their start. */
    readonly startsUs: readonly number[];
    readonly sentUs: readonly number[];
  };
}

/** Distances from the truth. */
class Series {
  readonly #name: string;
  readonly #unit: string;
  readonly #limit: number;
  readonly #share: number;
  readonly #found: number[] = [];

  /** @param share of them that must be within the limit */
  constructor(name: string, limit: number, unit: string, share = 1) {
    this.#name = name;
    this.#limit = limit;
    this.#unit = unit;
    this.#share = share;
  }

  add(distance: number): void {
    this.#found.push(distance);
  }

  /** False: too few are within the limit. */
  report(): boolean {
    const sorted = sortNumbers(this.#found);
    const within = this.#found.filter((each) => each <= this.#limit).length;
    const [median, most] = [quantile(sorted, 0.5), quantile(sorted, 1)].map((each) => each?.toPrecision(2));
    const isMet = within >= this.#share * this.#found.length;
    const counted = `${within} of ${sorted.length} within ${this.#limit} ${this.#unit}`;
    console.log(
      `${this.#name.padEnd(34)} ${counted.padEnd(30)} median ${median}, max ${most} ${this.#unit}${isMet ? '' : '  NOT MET'}`,
    );
    return isMet;
  }
}

const shares = new Series('CPU shares', 3, 'points');
const starts = new Series('stalls, start and end', 20, 'ms');
const served = new Series('requests in, length', 1, 'ms', REQUESTS_WITHIN);
const sent = new Series('requests out, length', 1, 'ms', REQUESTS_WITHIN);
const clocks = new Series('clocks of two processes', 0.1, 'ms');
const blamed = { right: 0, of: 0 };
let others = 0;

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-record-truth-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const lengthMs = ({ startUs, endUs }: Interval): number => (endUs - startUs) / US_PER_MS;

async function check(seed: number): Promise<void> {
  const out = join(scratch, String(seed));
  const argv = [CLI, 'record', '--out', out, '--', values.node, join(PROGRAMS, 'truth.mjs'), String(seed)];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const truth = JSON.parse(stdout) as Truth;
  const [id] = readdirSync(out).filter((name) => /^\d{8}T/.test(name));
  const recorded = await readRecorded(RecordingFolder.open(join(out, id!)));
  const { recording, folder } = recorded;
  const threadOf = (place: Place): number => {
    const found = recording.threads.find(
      ({ threadId, process }) =>
        threadId === (place === 'worker' ? WORKER : 0) &&
        (recording.processes[process]!.pid === truth.pid) === (place !== 'server'),
    );
    assert.ok(found !== undefined, place);
    return found.thread;
  };
  const threads = { main: threadOf('main'), worker: threadOf('worker'), server: threadOf('server') };

  for (const [place, own] of Object.entries(truth.shares) as [Place, Record<string, number>][]) {
    const found = new Map(Object.keys(own).map((name) => [name, msIn(recorded, name, threads[place])]));
    const all = [...found.values()].reduce((sum, ms) => sum + ms, 0);
    const allUs = Object.values(own).reduce((sum, us) => sum + us, 0);
    for (const [name, us] of Object.entries(own)) {
      shares.add(100 * Math.abs(found.get(name)! / all - us / allUs));
    }
  }

  const known = new Set<object>();
  for (const { place, name, startUs, endUs } of truth.stalls) {
    const found = recording.stalls.find(
      (stall) => stall.thread === threads[place] && stall.startUs < endUs && stall.endUs > startUs,
    );
    if (found !== undefined) known.add(found);
    const off = (us: number | undefined, from: number): number =>
      us === undefined ? Number.POSITIVE_INFINITY : Math.abs(us - from) / US_PER_MS;
    starts.add(Math.max(off(found?.startUs, startUs), off(found?.endUs, endUs)));
    blamed.of++;
    if (found?.function?.name === name) blamed.right++;
  }
  others += recording.stalls.filter(
    (stall) => !known.has(stall) && stall.startUs > truth.stallsFromUs && stall.endUs < truth.stallsUntilUs,
  ).length;

  const { spans } = await folder.readEvents();
  const of = (kind: string): Interval[] => spans.filter((span) => span.kind === kind);
  const [incoming, outgoing] = [of('http-in'), of('http-out')];
  const { served: own, asked, startsUs, sentUs } = truth.requests;
  assert.deepEqual([incoming.length, outgoing.length], [own.length, own.length]);
  for (const [i, each] of own.entries()) {
    served.add(Math.abs(lengthMs(incoming[i]!) - lengthMs(each)));
    // The first one opens the connection.
    if (i > 0) sent.add(Math.abs(lengthMs(outgoing[i]!) - lengthMs(asked[i]!)));
  }
  // Node tells the recorder first, which takes its time; what is left of the shortest is the clock's.
  const shortestUs = (spans: readonly Interval[], ownUs: readonly number[]): number =>
    Math.min(...spans.map(({ startUs }, i) => Math.abs(startUs - ownUs[i]!)));
  clocks.add((shortestUs(outgoing, sentUs) + shortestUs(incoming, startsUs)) / US_PER_MS);
}

const first = Number(values.seed);
for (let seed = first; seed < first + Number(values.runs); seed++) await check(seed);
console.log(`${values.runs} runs, seeds from ${first}\n`);
const met = [shares, starts, served, sent, clocks].map((series) => series.report());
met.push(blamed.right >= RIGHT_FUNCTION * blamed.of);
console.log(
  `stalls, right function: ${blamed.right} of ${blamed.of}; ${others} stalls of nobody's meanwhile`,
);
process.exitCode = met.every(Boolean) ? 0 : 1;
