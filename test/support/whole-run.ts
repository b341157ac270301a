import type { TestContext } from 'node:test';
import { conclude } from '../../src/analysis/gates/conclude.ts';
import type { Gate } from '../../src/analysis/gates/parse-gate.ts';
import { parseGate } from '../../src/analysis/gates/parse-gate.ts';
import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../src/core/documents/schema-version.ts';
import type { VariantName } from '../../src/core/variants.ts';
import { writeDue } from '../../src/store/job-rows.ts';
import type { RunFolder } from '../../src/store/run-folder.ts';
import { outcomes, profiled, RUN_VARIANTS, record, scheduled } from '../fixtures/runs/records.ts';
import { traced } from '../fixtures/runs/traces.ts';
import {
  anchorNs,
  type TestCall,
  type TestJob,
  type TestProfile,
  type TestRun,
  writeRun,
} from './export-run.ts';
import { savedHeap } from './heap-profiles.ts';

const JOBS = 40;
const ROUNDS = 10;
const SOURCE = 'file:///app/src/jobs.ts';
const MS = 1e6;

/** Every section of a report, every format and every gate has something to show of this. */
export interface WholeRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  /** Its files besides run.json, within the folder. */
  readonly sidecars: readonly string[];
  readonly gates: readonly Gate[];
}

/** `open`: on a schedule (`--rate`). `failing`: with failed jobs, and responses that differ. */
export type WholeKind = 'sound' | 'open' | 'failing';

export async function writeWholeRun(t: Pick<TestContext, 'after'>, kind: WholeKind): Promise<WholeRun> {
  const openLoop = kind === 'open';
  const names = openLoop ? (['sequential', 'event-loop'] as const) : RUN_VARIANTS;
  const folder = await writeRun(t, filesOf(names));
  const sidecars = await writeRest(folder, names, openLoop);
  const gates = ['event-loop.wall > 1s', 'any.p50 > 1ms', 'any.regression > 3%', 'failed > 0'].flatMap(
    (text) => {
      const parsed = parseGate(text);
      return 'known' in parsed ? [] : [parsed];
    },
  );
  const made = recordOf(folder.id, kind, gates);
  await folder.writeRecord(made);
  return { folder, record: made, sidecars, gates };
}

function filesOf(names: readonly VariantName[]): TestRun {
  const of = <T>(make: (name: VariantName) => T) =>
    Object.fromEntries(names.map((name) => [name, make(name)]));
  return {
    profiles: of(profilesOf),
    repeats: 3,
    rounds: of((name) => Array.from({ length: ROUNDS }, (_, round) => jobsOf(name, round))),
    traced: of((name) => jobsOf(name, ROUNDS)),
    profiled: of((name) => ({ jobs: jobsOf(name, ROUNDS), profiles: profilesOf(name) })),
  };
}

function threadsOf(name: VariantName): number {
  return name.startsWith('worker') ? 3 : 1;
}

function jobsOf(name: VariantName, round: number): TestJob[] {
  return Array.from({ length: JOBS }, (_, job): TestJob => {
    const start = (1 + job + (name === 'sequential' ? 3 * job : 0)) * MS;
    const end = start + (3 + ((job + round) % 5)) * MS;
    return {
      ...{ start, end, thread: job % threadsOf(name), bytes: 100 * job },
      ...(job === 7 && round === 1 ? ({ outcome: 'threw', status: 0 } as const) : {}),
      trace: {
        ...{
          queuedAt: start - MS / 4,
          createdAt: start + 1,
          sentAt: start + 1_000,
          headersAt: start + 2 * MS,
        },
        ...{ processAt: start + 2.1 * MS, processEndAt: start + 2.5 * MS, returnedAt: end + 500 },
        ...{ send: 500, wait: 1.9 * MS, download: 1_000, process: 0.4 * MS, requests: 1 },
      },
    };
  });
}

const CALLS: readonly TestCall[] = [
  {
    ...{ name: 'main', url: SOURCE, line: 3, ticks: [[4, 2]] },
    calls: [
      {
        name: 'load',
        url: SOURCE,
        line: 7,
        ticks: [
          [8, 1],
          [9, 3],
        ],
      },
      { name: 'request', url: 'file:///app/node_modules/undici/lib/api.js', line: 2 },
    ],
  },
  { name: '(idle)' },
  { name: '(garbage collector)' },
];

function profilesOf(name: VariantName): TestProfile[] {
  // The trial begins an hour after the clock does.
  const startUs = 3_600e6;
  return Array.from({ length: threadsOf(name) }, (_, thread) => ({
    ...{ thread, calls: CALLS, startUs, endUs: startUs + 45_000 },
    samples: Array.from({ length: 90 }, (_, i) => [startUs + 500 * i, 2 + (i % 5)] as const),
  }));
}

async function writeRest(
  folder: RunFolder,
  names: readonly VariantName[],
  openLoop: boolean,
): Promise<string[]> {
  const made = ['workload/items.json'];
  const dueFromNs = anchorNs(record());
  const write = async (file: string, value: unknown) => {
    await folder.writeText(file, JSON.stringify(value));
    made.push(file);
  };
  for (const variant of names) {
    for (let thread = 0; thread < threadsOf(variant); thread++) {
      const root = {
        name: '(root)',
        children: [{ name: 'load', url: SOURCE, line: 6, objects: [1_000, 1_000, 40_000] }],
      };
      await write(
        `${variant}/heap/thread-${thread}.heapprofile`,
        savedHeap(root, { variant, thread, label: `thread ${thread}` }),
      );
      made.push(`${variant}/threads/thread-${thread}.cpuprofile`);
      made.push(`${variant}/threads/timeline/thread-${thread}.cpuprofile`);
    }
    await write(`${variant}/threads/sources.json`, {
      schemaVersion: SCHEMA_VERSION,
      files: [{ file: 'src/jobs.ts', parts: [{ first: 3, lines: ['main() {', '  load();', '}'] }] }],
    });
    if (openLoop) {
      for (let trial = 0; trial < ROUNDS; trial++) {
        const due = Float64Array.from({ length: JOBS }, (_, job) => dueFromNs + job * MS);
        writeDue({ file: folder.path('jobs', `${variant}.bin`), trial }, due);
      }
      made.push(`jobs/${variant}.due.bin`);
    }
    for (const file of ['bin', 'json', 'trace.bin', 'trace.json']) made.push(`jobs/${variant}.${file}`);
    for (const file of ['bin', 'json']) made.push(`${variant}/threads/timeline/trace.${file}`);
  }
  return made;
}

/** With a warning, captures, an A/A arm, an earlier run, and gates. */
function recordOf(id: string, kind: WholeKind, gates: readonly Gate[]): RunRecord {
  const plain = kind === 'open' ? scheduled() : profiled();
  const artifacts: RunRecord['artifacts'] = plain.variants.flatMap(({ name: variant }) => [
    {
      ...{ variant, capture: 'threads', title: 'CPU profile of the main thread', threads: 'all' },
      ...{ path: `${variant}/threads/thread-0.cpuprofile`, loadMs: 3_000, repeats: 3, caveat: null },
    },
    {
      ...{ variant, capture: 'heap', title: 'Allocations of the main thread', threads: 'all' },
      ...{ path: `${variant}/heap/thread-0.heapprofile`, loadMs: 2_000, repeats: 2, caveat: 'a caveat' },
    },
    { variant, capture: '0x', unavailable: 'it is not installed', advice: null },
  ]);
  const [baseline, ...others] = traced(plain.variants);
  const [first, second, ...rest] = baseline!.trials;
  const failed = {
    ...second!,
    outcomes: outcomes({ ok: JOBS - 1, threw: 1 }),
    errors: [
      {
        ...{ position: 7, item: 3, name: 'list', input: '{"id":7}', outcome: 'threw' as const },
        ...{ status: null, code: 'ERR_X', message: 'it threw' },
      },
    ],
  };
  const example = { variant: 'event-loop' as const, round: 3, position: 7, name: 'list' };
  const differing: RunRecord['equivalence'] = {
    ...{ baseline: 'sequential', compared: 1_200, mismatches: 1 },
    examples: [{ ...example, expected: '200 · 1', actual: '200 · 2' }],
  };
  const made: RunRecord = {
    ...plain,
    id,
    spec: { ...plain.spec, runId: id },
    variants:
      kind === 'failing'
        ? [{ ...baseline!, trials: [first!, failed, ...rest] }, ...others]
        : [baseline!, ...others],
    artifacts,
    server: {
      ...plain.server,
      ceiling: { requestsPerSecond: 9_000, cpuMsPerRequest: 0.1, eventLoopUtilization: 0.98 },
      drift: { percent: 3, pValue: 0.2 },
    },
    aa: kind === 'sound' ? { arm: baseline!, comparison: plain.comparisons[0] ?? null } : null,
    equivalence: kind === 'failing' ? differing : plain.equivalence,
  };
  const { comparison, gates: results } = conclude(made, { ...made, id: 'before' }, gates);
  return { ...made, comparedWith: comparison, gates: [...results] };
}
