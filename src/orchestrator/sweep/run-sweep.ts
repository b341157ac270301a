import { analyseSweep } from '../../analysis/sweep/analyse.ts';
import { gridOf } from '../../analysis/sweep/axes.ts';
import { sweepVerdict } from '../../analysis/verdict/sweep/verdict.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import type { SweepPoint, SweepRecord } from '../../core/documents/sweep-record.ts';
import { EXIT, ThreadmillError } from '../../core/errors.ts';
import { threadmillVersion } from '../../core/package-versions.ts';
import { createRandom, shuffle } from '../../core/statistics/random.ts';
import { warningOf } from '../../core/warnings.ts';
import { probeOutput } from '../../store/output-folder.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import { newSweepId } from '../../store/run-id.ts';
import { SweepFolder } from '../../store/sweep-folder.ts';
import { abortedError, throwIfAborted } from '../experiment/abort.ts';
import { readEnvironment } from '../experiment/environment.ts';
import { runExperiment } from '../experiment/experiment.ts';
import { abortedExitCode, failedWith } from '../experiment/failure.ts';
import { OtherRuns } from '../experiment/other-runs.ts';
import type { ExperimentHooks } from '../experiment/session.ts';
import { type DefinedSweep, defineSweep, type SweepRequest } from './define.ts';
import { pointRequest } from './point-request.ts';
import { pointResult } from './point-result.ts';
import { environmentChanges, findUnfinished } from './resume.ts';

interface SweepHooks extends ExperimentHooks {
  /** Before the first point. `kept` points had been measured by an earlier session. */
  onStart(sweep: SweepRecord, folder: SweepFolder, kept: number): void;
  /** `remainingMs`: for this point and all after it, from how long the others took; null before there are any. */
  onPoint(point: SweepPoint, place: { index: number; total: number; remainingMs: number | null }): void;
  /** The run of a point is whole, and not yet in its place: draw its report, say. Never rejects. */
  onRun(folder: RunFolder): Promise<void>;
  onPointDone(point: SweepPoint): void;
}

export interface SweepResult {
  /** As sweep.json has it. */
  readonly record: SweepRecord;
  readonly folder: SweepFolder;
}

/**
 * Measures every point of a grid, each by an experiment of its own, in a shuffled order. Continues the newest
 * unfinished sweep that measures the same, unless told to begin anew.
 *
 * Rejects with a ThreadmillError if it fails before there is anything to keep. Later failures, and an abort,
 * resolve with a record that says so; what was measured is kept.
 */
export async function runSweep(request: SweepRequest, hooks: SweepHooks): Promise<SweepResult> {
  hooks.progress.event({ type: 'phase', phase: 'prepare', detail: null });
  const { folder, record } = await begin(request, hooks.signal);
  const kept = record.points.filter(({ result }) => result !== null).length;
  const since = record.sessions.at(-1)!.startedAt;
  const others = await OtherRuns.look(request.base.outDir, record.id, since);
  try {
    await folder.writeRecord(record);
    hooks.onStart(record, folder, kept);
    await folder.removeLeftovers();
    await measurePoints(request, record, folder, hooks);
  } catch (thrown) {
    noteFailure(record, hooks, thrown);
  }
  await others.warn(record);
  record.analysis = analyseSweep(record);
  record.verdict = sweepVerdict(record);
  record.finishedAt = new Date().toISOString();
  try {
    await folder.writeRecord(record);
  } catch (thrown) {
    noteFailure(record, hooks, thrown);
  }
  return { record, folder };
}

/** Leaves nothing behind when it rejects. */
async function begin(request: SweepRequest, signal: AbortSignal): Promise<SweepResult> {
  const takeBack = await probeOutput(request.base.outDir);
  try {
    const defined = await defineSweep(request, signal);
    throwIfAborted(signal);
    return await openSweep(request, defined);
  } catch (thrown) {
    await takeBack();
    throw thrown;
  }
}

async function openSweep(request: SweepRequest, defined: DefinedSweep): Promise<SweepResult> {
  const { base, fresh, targetRate } = request;
  const now = new Date();
  const environment = await readEnvironment();
  const session = { startedAt: now.toISOString(), environment, measured: 0 };
  const running = { status: 'running', pid: process.pid, exitCode: null, failure: null } as const;
  const begun = { ...running, out: base.out, ...(targetRate !== null && { targetRate }) };
  const unfinished = fresh ? null : await findUnfinished(base.outDir, defined.digest);
  if (unfinished !== null) {
    const { folder, record } = unfinished;
    const changes = environmentChanges(record.sessions.at(-1)!.environment, environment);
    record.sessions.push(session);
    Object.assign(record, begun, {
      finishedAt: null,
      analysis: null,
      verdict: null,
    } satisfies Partial<SweepRecord>);
    warnOfChanges(record, changes);
    return { folder, record };
  }
  const points = gridOf(defined.definition.axes).map(
    ({ key, at }): SweepPoint => ({ key, at: [...at], result: null, failure: null }),
  );
  const folder = await SweepFolder.create(base.outDir, newSweepId(now));
  const record: SweepRecord = {
    schemaVersion: SCHEMA_VERSION,
    id: folder.id,
    threadmill: threadmillVersion(),
    commandLine: base.commandLine,
    createdAt: session.startedAt,
    finishedAt: null,
    ...begun,
    definition: defined.definition,
    digest: defined.digest,
    cpuIterationsPerMs: defined.cpuIterationsPerMs,
    sessions: [session],
    points: shuffle(points, createRandom(base.seed)),
    warnings: [],
    analysis: null,
    verdict: null,
  };
  warnOfUnused(record, defined.settingsRead);
  return { folder, record };
}

function warnOfChanges(record: SweepRecord, changes: readonly string[]): void {
  if (changes.length === 0) return;
  record.warnings.push(
    warningOf({
      code: 'environment-changed',
      message: `points of session ${record.sessions.length} and later were measured in another environment: ${changes.join('; ')}`,
      variant: null,
    }),
  );
}

/** What is swept by a setting only does something to a workload that looks at it. */
const READ_FOR = {
  cpu: ['cpuMs', 'cpuIterationsPerMs'],
  latency: ['latencyMs'],
  payload: ['payloadBytes'],
} as const;

function warnOfUnused(record: SweepRecord, settingsRead: readonly string[]): void {
  for (const { name } of record.definition.axes) {
    if (name !== 'cpu' && name !== 'latency' && name !== 'payload') continue;
    if (READ_FOR[name].some((setting) => settingsRead.includes(setting))) continue;
    record.warnings.push(
      warningOf({
        code: 'axis-unused',
        message: `--${name} is swept, but the workload did not look at settings.${READ_FOR[name][0]} when it was loaded`,
        variant: null,
      }),
    );
  }
}

async function measurePoints(
  request: SweepRequest,
  record: SweepRecord,
  folder: SweepFolder,
  hooks: SweepHooks,
): Promise<void> {
  const session = record.sessions.length - 1;
  const pending = record.points.filter(({ result }) => result === null);
  const startedAt = performance.now();
  for (const [done, point] of pending.entries()) {
    throwIfAborted(hooks.signal);
    const each = done === 0 ? null : (performance.now() - startedAt) / done;
    hooks.onPoint(point, {
      index: record.points.length - pending.length + done,
      total: record.points.length,
      remainingMs: each === null ? null : each * (pending.length - done),
    });
    await measurePoint(point, request, { record, folder }, session, hooks);
    record.sessions[session]!.measured += point.result === null ? 0 : 1;
    await folder.writeRecord(record);
    hooks.onPointDone(point);
  }
  const failed = record.points.filter(({ result }) => result === null);
  if (failed.length > 0) {
    throw new ThreadmillError(
      'runner-lost',
      `${failed.length} of ${record.points.length} points could not be measured: ${failed[0]!.failure?.message}`,
      { advice: 'Run the same command to measure them again; measured points are kept.' },
    );
  }
  record.status = 'completed';
  record.exitCode = record.points.some(({ result }) => result !== null && jobsFailed(result))
    ? EXIT.jobsFailed
    : EXIT.ok;
}

async function measurePoint(
  point: SweepPoint,
  { base }: SweepRequest,
  { record, folder }: SweepResult,
  session: number,
  hooks: SweepHooks,
): Promise<void> {
  const run = await runExperiment(pointRequest(base, record, point.at, folder.pointsDir), hooks);
  if (run.record.status === 'completed') {
    await hooks.onRun(run.folder);
    const home = await folder.adoptPoint(run.folder, point.key);
    point.result = pointResult(run.record, home, { session, path: folder.pointPath(point.key) });
    point.failure = null;
    return;
  }
  const failure = failureOf(run.record);
  // A point that can't be measured (too many threads for the memory) says nothing about the others.
  if (hooks.signal.aborted || failure.code !== 'runner-lost') throw failure;
  point.failure = { code: failure.code, message: failure.message };
}

function failureOf({ failure, status }: RunRecord): ThreadmillError {
  if (status === 'aborted' || failure === null) return abortedError();
  const details = failure.advice === null ? {} : { advice: failure.advice };
  return new ThreadmillError(failure.code as ThreadmillError['code'], failure.message, details);
}

function jobsFailed({ variants, mismatches }: NonNullable<SweepPoint['result']>): boolean {
  return mismatches > 0 || variants.some(({ failedJobs }) => failedJobs > 0);
}

function noteFailure(record: SweepRecord, { signal }: SweepHooks, thrown: unknown): void {
  if (signal.aborted) {
    record.status = 'stopped';
    record.exitCode = abortedExitCode(signal);
    return;
  }
  Object.assign(record, failedWith(thrown));
}
