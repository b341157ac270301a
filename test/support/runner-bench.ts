import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TrialTrace } from '../../src/core/documents/breakdown.ts';
import type { TrialRecord } from '../../src/core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../src/core/documents/schema-version.ts';
import type { Handover, Load, RunSpec } from '../../src/core/documents/spec.ts';
import {
  addOutcomes,
  noOutcomes,
  OUTCOMES,
  type Outcome,
  type OutcomeCounts,
} from '../../src/core/outcomes.ts';
import { VARIANT_FACTS, type VariantName } from '../../src/core/variants.ts';
import type { JobTable } from '../../src/engine/measurement/job-table.ts';
import { readJournal } from '../../src/engine/measurement/journal-file.ts';
import { QUEUE_URL_VARIABLE } from '../../src/engine/variants/queue/protocol.ts';
import { type LostTrial, trialOfJournal } from '../../src/orchestrator/experiment/lost-trial.ts';
import {
  type RunnerLoss,
  RunnerProcess,
  type RunnerReady,
  THIS_NODE,
  type TrialResult,
} from '../../src/orchestrator/experiment/runner-process.ts';
import { readDue, readRows } from '../../src/store/job-rows.ts';
import { readTracedRows, type TracedRows } from '../../src/store/traced-rows.ts';
import { bundleWorkload } from '../../src/workload/bundle.ts';
import { PLAIN_SETTINGS, SPEC_DEFAULTS } from './spec-defaults.ts';

export interface BenchSettings {
  readonly variant: VariantName;
  /** Text of the workload file. */
  readonly workload: string;
  readonly items: number;
  readonly baseUrl?: string;
  readonly jobs?: number;
  readonly concurrency?: number;
  readonly workers?: number;
  readonly timeoutMs?: number;
  readonly keepAlive?: boolean;
  readonly seed?: number;
  readonly warmup?: number;
  readonly load?: Load;
  readonly hasInputs?: boolean;
  readonly handover?: Partial<Handover>;
  /** NODE_OPTIONS of the runner's process. */
  readonly nodeOptions?: string;
  readonly uvThreads?: number;
  /** Of distributed-queue; left out: embedded. */
  readonly queue?: string;
  readonly queueWorkers?: string;
}

/** A folder with spec.json and the bundled workload: all that a runner needs. */
export async function specFolder(t: Pick<TestContext, 'after'>, settings: BenchSettings): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'threadmill-bench-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'own.ts'), settings.workload);
  await bundleWorkload(join(folder, 'own.ts'), join(folder, 'workload.mjs'));
  const jobs = settings.jobs ?? settings.items;
  const spec: RunSpec = {
    schemaVersion: SCHEMA_VERSION,
    runId: 'bench',
    workload: {
      name: 'own',
      bundle: 'workload.mjs',
      source: 'own.ts',
      items: settings.items,
      hasCpuPart: VARIANT_FACTS[settings.variant].needsCpuPart,
      hasInputs: settings.hasInputs ?? false,
      settings: {
        ...PLAIN_SETTINGS,
        baseUrl: settings.baseUrl ?? '',
        jobs,
        keepAlive: settings.keepAlive ?? true,
      },
    },
    jobs,
    concurrency: settings.concurrency ?? 6,
    workers: settings.workers ?? 2,
    variants: [settings.variant],
    ...(settings.variant === 'distributed-queue' && {
      queue: settings.queue ?? 'embedded',
      queueWorkers: settings.queueWorkers ?? String(settings.workers ?? 2),
    }),
    rounds: 1,
    ...SPEC_DEFAULTS,
    load: settings.load ?? SPEC_DEFAULTS.load,
    ...settings.handover,
    warmup: settings.warmup ?? 0,
    timeoutMs: settings.timeoutMs ?? 20_000,
    seed: settings.seed ?? 1,
  };
  await writeFile(join(folder, 'spec.json'), JSON.stringify(spec));
  return folder;
}

/** A real runner process over a folder of its own; ended when the test ends, if not before. */
export class RunnerBench {
  readonly folder: string;
  readonly runner: RunnerProcess;
  readonly ready: RunnerReady;
  readonly jobs: number;
  #trials = 0;

  private constructor(folder: string, runner: RunnerProcess, ready: RunnerReady, jobs: number) {
    this.folder = folder;
    this.runner = runner;
    this.ready = ready;
    this.jobs = jobs;
  }

  static async start(t: Pick<TestContext, 'after'>, settings: BenchSettings): Promise<RunnerBench> {
    const folder = await specFolder(t, settings);
    const at = (name: string) => join(folder, name);
    const before = process.env.NODE_OPTIONS;
    if (settings.nodeOptions !== undefined) process.env.NODE_OPTIONS = settings.nodeOptions;
    const runner = new RunnerProcess(
      settings.variant,
      {
        spec: at('spec.json'),
        log: at('runner.ndjson'),
        output: at('runner.out'),
        rows: at('rows.bin'),
        trace: at('trace.bin'),
        journal: at('journal.bin'),
      },
      settings.baseUrl ?? '',
      settings.timeoutMs ?? 20_000,
      {
        ...THIS_NODE,
        env: {
          ...(settings.uvThreads !== undefined && { UV_THREADPOOL_SIZE: String(settings.uvThreads) }),
          ...(settings.queue !== undefined && { [QUEUE_URL_VARIABLE]: settings.queue }),
        },
      },
    );
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
    t.after(async () => {
      runner.kill();
      await runner.close();
    });
    return new RunnerBench(folder, runner, await runner.ready(), settings.jobs ?? settings.items);
  }

  /** The next trial, whatever becomes of it. */
  next(): Promise<TrialResult> {
    return this.runner.runTrial({
      round: this.#trials + 1,
      order: 0,
      rowsTrial: this.#trials++,
      traced: false,
    });
  }

  /** The next trial, which has to come to its end. */
  async trial(): Promise<TrialRecord> {
    const result = await this.next();
    if (result.type !== 'done') throw new Error(`the trial was not done: ${JSON.stringify(result)}`);
    return result.trial;
  }

  /** A traced trial, which has to come to its end, and its rows. */
  async traced(): Promise<{
    readonly trial: TrialRecord;
    readonly trace: TrialTrace;
    readonly rows: TracedRows;
  }> {
    const result = await this.runner.runTrial({ round: 1, order: 0, rowsTrial: 0, traced: true });
    if (result.type !== 'done' || result.trace === null) {
      throw new Error(`the trial was not traced: ${JSON.stringify(result)}`);
    }
    const rows = readTracedRows({ file: join(this.folder, 'trace.bin'), trial: 0 }, this.jobs);
    if (rows === null) throw new Error('the rows were not saved');
    return { trial: result.trial, trace: result.trace, rows };
  }

  /** Rows of the last trial. */
  rows(): JobTable {
    const table = readRows(this.#place());
    if (table === null) throw new Error('the rows were not saved');
    return table;
  }

  /** What is known of a trial that the runner did not survive. */
  lost({ reason }: RunnerLoss): LostTrial {
    const endNs = Number(process.hrtime.bigint());
    const loss = {
      round: 1,
      order: 0,
      plan: Uint32Array.from({ length: this.jobs }, (_, position) => position),
      reason,
      endNs,
    };
    return trialOfJournal(loss, join(this.folder, 'journal.bin'), 'worker-crashed');
  }

  /** The rows of the trial in progress, as far as they are safe. */
  journalled(): { readonly outcome: Outcome; readonly startNs: number }[] {
    const { table } = readJournal(join(this.folder, 'journal.bin'), this.jobs)!;
    return Array.from(table.outcome, (code, row) => ({
      outcome: OUTCOMES[code]!,
      startNs: table.start[row]!,
    }));
  }

  /** Intended starts of the last trial, by position; null for a closed loop. */
  due(): Float64Array | null {
    return readDue(this.#place());
  }

  #place() {
    return { file: join(this.folder, 'rows.bin'), trial: this.#trials - 1, rows: this.jobs };
  }
}

export function outcomesOf(counts: Partial<OutcomeCounts>): OutcomeCounts {
  return addOutcomes(noOutcomes(), { ...noOutcomes(), ...counts });
}

export function sumOf(counts: OutcomeCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
