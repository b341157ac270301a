import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TrialTrace } from '../../src/core/documents/breakdown.ts';
import type { RunRecord, TrialRecord, VariantRecord } from '../../src/core/documents/run-record.ts';
import { noOutcomes, OUTCOME_CODE, type Outcome } from '../../src/core/outcomes.ts';
import { VARIANT_NAMES, type VariantName } from '../../src/core/variants.ts';
import { JOB_COLUMNS, JobTable, ROW_BYTES } from '../../src/engine/measurement/job-table.ts';
import { TraceTable } from '../../src/engine/measurement/trace-table.ts';
import type { Exporter } from '../../src/output/export/exporter.ts';
import { planExport, type Selection } from '../../src/output/export/plan.ts';
import { RunSource } from '../../src/output/export/run-source.ts';
import { writeItemNames } from '../../src/store/item-names.ts';
import { writeRows } from '../../src/store/job-rows.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import { keepTracedRows, type TracedRows, tracedFiles } from '../../src/store/traced-rows.ts';
import { trial } from '../fixtures/runs/records.ts';
import { itemNames } from './item-names.ts';
import { sampleRecord } from './sample-record.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A function, and those that it calls. */
export interface TestCall {
  readonly name: string;
  readonly url?: string;
  /** 1-based, as shown. */
  readonly line?: number;
  readonly ticks?: readonly (readonly [line: number, ticks: number])[];
  readonly calls?: readonly TestCall[];
}

export interface TestProfile {
  readonly thread: number;
  readonly calls: readonly TestCall[];
  /** Time in µs, and the number of the function, depth first; 1 is the root. */
  readonly samples: readonly (readonly [time: number, node: number])[];
  readonly startUs?: number;
  readonly endUs: number;
}

/** Times are ns after the anchor of the run's clock. */
export interface TestJob {
  readonly start: number;
  readonly end: number;
  readonly thread?: number;
  readonly status?: number;
  readonly bytes?: number;
  readonly outcome?: Outcome;
  /** Columns of the trace table, likewise. */
  readonly trace?: Readonly<Record<string, number>>;
}

export interface TestRun {
  readonly profiles?: Partial<Record<VariantName, readonly TestProfile[]>>;
  readonly repeats?: number;
  /** Per variant the jobs of each round. */
  readonly rounds?: Partial<Record<VariantName, readonly (readonly TestJob[])[]>>;
  readonly traced?: Partial<Record<VariantName, readonly TestJob[]>>;
  /** Of the repetition that was profiled and traced in one. */
  readonly profiled?: Partial<
    Record<VariantName, { readonly jobs: readonly TestJob[]; readonly profiles: readonly TestProfile[] }>
  >;
  readonly names?: readonly string[];
}

export const ROOT_DIR = '/app';
const START_US = 1_000;

/** A folder that holds this run, and nothing measured but this. */
export async function writeRun(t: Pick<TestContext, 'after'>, run: TestRun): Promise<RunFolder> {
  const base = sampleRecord();
  const folder = await RunFolder.create(await temporaryFolder(t), base.id);
  const used = [run.profiles, run.rounds, run.traced, run.profiled].flatMap((part) =>
    Object.keys(part ?? {}),
  );
  const variants = VARIANT_NAMES.filter((name) => used.includes(name));
  const jobs =
    [...Object.values(run.rounds ?? {}).flat(), ...Object.values(run.traced ?? {})][0]?.length ?? 1;
  await mkdir(join(folder.dir, 'jobs'));
  await mkdir(join(folder.dir, 'workload'));
  await writeItemNames(folder, itemNames(run.names ?? ['list', 'one', 'create', 'delete']));
  for (const name of variants) {
    for (const profile of run.profiles?.[name] ?? []) await writeProfile(folder, name, profile);
    (run.rounds?.[name] ?? []).forEach((round, trial) => {
      writeRows({ file: folder.path('jobs', `${name}.bin`), trial }, tableOf(round, base));
    });
    const layout = { rowBytes: ROW_BYTES, columns: JOB_COLUMNS };
    if (run.rounds?.[name] !== undefined) await folder.writeText(`jobs/${name}.json`, JSON.stringify(layout));
    const traced = run.traced?.[name];
    if (traced !== undefined) await keepTracedRows(folder, name, ...tracedOf(traced, base));
    const profiled = run.profiled?.[name];
    if (profiled === undefined) continue;
    const { bin, json } = tracedFiles(name, ...tracedOf(profiled.jobs, base));
    await folder.writeText(`${name}/threads/timeline/trace.bin`, bin);
    await folder.writeText(`${name}/threads/timeline/trace.json`, json);
    for (const profile of profiled.profiles) await writeProfile(folder, name, profile, 'threads/timeline');
  }
  await folder.writeRecord({
    ...base,
    spec: { ...base.spec, jobs, variants, workload: { ...base.spec.workload, items: 4 } },
    variants: variants.map((name) => variantOf(name, run.rounds?.[name] ?? [])),
    artifacts: variants
      .filter((name) => run.profiles?.[name] !== undefined)
      .map((variant) => ({
        ...{ variant, capture: 'threads' as const, title: 'CPU profile', threads: 'all' as const },
        ...{
          path: `${variant}/threads/thread-0.cpuprofile`,
          loadMs: 1,
          repeats: run.repeats ?? 1,
          caveat: null,
        },
      })),
  });
  return folder;
}

export async function sourceOf(t: Pick<TestContext, 'after'>, run: TestRun): Promise<RunSource> {
  return RunSource.open(await writeRun(t, run));
}

export const ALL: Selection = { variants: null, thread: null, round: null };

/** Every file that an export makes, by its name. */
export async function exported(
  source: RunSource,
  exporter: Exporter,
  selection: Partial<Selection> = {},
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const { fileName, part } of await planExport(source, exporter, { ...ALL, ...selection })) {
    const chunks: Buffer[] = [];
    for await (const chunk of exporter.write(source, part)) chunks.push(Buffer.from(chunk));
    files.set(fileName, Buffer.concat(chunks));
  }
  return files;
}

/** The same of an export that makes one file, as text. */
export async function exportedText(
  source: RunSource,
  exporter: Exporter,
  selection: Partial<Selection> = {},
): Promise<string> {
  const [text, ...others] = [...(await exported(source, exporter, selection)).values()].map(String);
  if (text === undefined || others.length > 0) throw new Error(`${others.length + 1} files`);
  return text;
}

async function writeProfile(
  folder: RunFolder,
  variant: VariantName,
  profile: TestProfile,
  place = 'threads',
): Promise<void> {
  const { thread, calls, samples, startUs = START_US, endUs } = profile;
  const nodes: object[] = [];
  const add = ({ name, url = '', line = 0, ticks = [], calls: below = [] }: TestCall): number => {
    const id = nodes.length + 1;
    const children: number[] = [];
    const callFrame = {
      functionName: name,
      scriptId: '1',
      url,
      lineNumber: line - 1,
      columnNumber: line - 1,
    };
    const positionTicks = ticks.map(([at, count]) => ({ line: at, ticks: count }));
    nodes.push({ id, callFrame, hitCount: 0, children, ...(ticks.length > 0 && { positionTicks }) });
    for (const call of below) children.push(add(call));
    return id;
  };
  add({ name: '(root)', calls });
  let last = startUs;
  const timeDeltas = samples.map(([time]) => {
    const delta = time - last;
    last = time;
    return delta;
  });
  const content = {
    ...{ nodes, startTime: startUs, endTime: endUs, samples: samples.map(([, node]) => node), timeDeltas },
    threadmill: {
      ...{ thread, label: thread === 0 ? 'main thread' : `worker ${thread}`, variant },
      ...{
        load: { startUs: START_US, endUs },
        displayRoot: ROOT_DIR,
        threadmillRoot: '/threadmill',
        packages: {},
      },
    },
  };
  await folder.makeFolder(`${variant}/${place}`);
  await writeFile(folder.path(variant, place, `thread-${thread}.cpuprofile`), JSON.stringify(content));
}

/** What the jobs' times count from. */
export function anchorNs(record: Pick<RunRecord, 'environment'>): number {
  return record.environment.clockAnchor.hrtimeNs;
}

function tableOf(jobs: readonly TestJob[], record: RunRecord): JobTable {
  const table = JobTable.shared(jobs.length);
  jobs.forEach((job, row) => {
    table.start[row] = anchorNs(record) + job.start;
    table.end[row] = anchorNs(record) + job.end;
    table.thread[row] = job.thread ?? 0;
    table.status[row] = job.status ?? 200;
    table.bytes[row] = job.bytes ?? 0;
    table.outcome[row] = OUTCOME_CODE[job.outcome ?? 'ok'];
  });
  return table;
}

function tracedOf(jobs: readonly TestJob[], record: RunRecord): [TracedRows, TrialTrace] {
  const trace = TraceTable.shared(jobs.length);
  jobs.forEach((job, row) => {
    for (const [name, value] of Object.entries(job.trace ?? {})) {
      const isMoment = name.endsWith('At');
      trace.columns[name as 'wait'][row] = isMoment ? anchorNs(record) + value : value;
    }
  });
  const at = anchorNs(record);
  const ends = jobs.map(({ end }) => end);
  return [
    { jobs: tableOf(jobs, record), trace },
    {
      startNs: at,
      endNs: at + Math.max(...ends),
      threads: [
        {
          thread: 0,
          work: 'timed',
          gc: [[at + 10, 5]],
          heapPeakBytes: 1e6,
          userCpuShare: null,
          idle: null,
          loop: null,
          moved: null,
        },
      ],
    },
  ];
}

function variantOf(name: VariantName, rounds: readonly (readonly TestJob[])[]): VariantRecord {
  return {
    ...{
      name,
      threads: 1,
      concurrency: 2,
      startupMs: 1,
      workerCost: null,
      processStartMs: 1,
      state: 'ready',
      lostReason: null,
    },
    ...{ warmups: [], outliers: [], trace: null, summary: null, summaryWithFailures: null, byName: [] },
    trials: rounds.map((jobs, index) => trialOf(index + 1, jobs)),
  };
}

function trialOf(round: number, jobs: readonly TestJob[]): TrialRecord {
  const outcomes = noOutcomes();
  for (const { outcome = 'ok' } of jobs) outcomes[outcome]++;
  const starts = jobs.map(({ start }) => start);
  const ends = jobs.map(({ end }) => end);
  return trial({
    ...{ round, wallMs: (Math.max(...ends) - Math.min(...starts)) / 1e6, outcomes, bytes: 0 },
    latencyMs: { p50: null, p90: null, p99: null, p999: null, max: null },
    ...{ longestGapMs: null, cpuUserMs: null, cpuSystemMs: null, peakRssBytes: null },
  });
}
