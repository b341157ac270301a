import { rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { breakdownOfThread } from '../../analysis/breakdown/breakdown.ts';
import { movedBetweenThreads } from '../../analysis/breakdown/moved.ts';
import { summarisePhases } from '../../analysis/breakdown/phases.ts';
import { queueLatency } from '../../analysis/breakdown/queue-latency.ts';
import { threadFigures } from '../../analysis/breakdown/thread-figures.ts';
import { comparable, comparedMs } from '../../analysis/comparable.ts';
import { libuvSaturated } from '../../analysis/warnings/libuv.ts';
import type { TrialTrace } from '../../core/documents/breakdown.ts';
import type { TraceRecord, TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { FOLDER_LIMITS } from '../../core/limits.ts';
import { failedCount } from '../../core/outcomes.ts';
import { redactText } from '../../core/redaction.ts';
import { medianInterval } from '../../core/statistics/median-interval.ts';
import { median, sortNumbers } from '../../core/statistics/quantile.ts';
import { warningOf } from '../../core/warnings.ts';
import { keepTracedRows, readTracedRows } from '../../store/traced-rows.ts';
import { throwIfAborted } from './abort.ts';
import { fillBottlenecks } from './bottlenecks.ts';
import type { TrialRequest, TrialResult } from './runner-process.ts';
import type { Session } from './session.ts';
import { save, tell } from './session.ts';

const MAX_PAIRS = 5;

/** Pairs of traced and plain trials per variant: at least one, more as far as `budgetMs` goes, the quickest first. */
export function planPairs(wallsMs: readonly number[], budgetMs: number): number[] {
  const pairs = wallsMs.map(() => 1);
  let leftMs = budgetMs - 2 * wallsMs.reduce((sum, wall) => sum + wall, 0);
  const byWall = wallsMs.map((wallMs, index) => ({ wallMs, index })).sort((a, b) => a.wallMs - b.wallMs);
  for (let turn = 1; turn < MAX_PAIRS; turn++) {
    for (const { wallMs, index } of byWall) {
      if (2 * wallMs > leftMs) break;
      leftMs -= 2 * wallMs;
      pairs[index] = turn + 1;
    }
  }
  return pairs;
}

/** For all variants together, ms: the whole run is to take about half a minute. */
const BUDGET_MS = 6_000;

interface TraceArm {
  readonly variant: VariantRecord;
  readonly file: string;
  run(request: TrialRequest): Promise<TrialResult>;
}

interface Pair {
  /** Number of the traced trial in the file. */
  readonly number: number;
  readonly traced: TrialRecord;
  readonly trace: TrialTrace;
  readonly ratio: number;
}

interface Pass extends TraceArm {
  readonly pairs: Pair[];
  /** Why there are no more pairs; null as long as all goes well. */
  trouble: string | null;
}

/** Traced and plain trials in turn: phases, breakdowns, and what tracing costs. Trouble costs these figures only. */
export async function takeTraces(session: Session, arms: readonly TraceArm[]): Promise<void> {
  const { record } = session;
  const passes = arms
    .filter(({ variant }) => variant.state === 'ready' && typicalWall(variant) !== null)
    .map((arm): Pass => ({ ...arm, pairs: [], trouble: null }));
  if (passes.length === 0) return;
  if (record.spec.jobs > FOLDER_LIMITS.tracedJobs) {
    const message = `no traced pass: ${record.spec.jobs} jobs are more than ${FOLDER_LIMITS.tracedJobs}`;
    record.warnings.push(
      warningOf({ code: 'not-traced', message, advice: 'Repeat with fewer --jobs.', variant: null }),
    );
    return;
  }
  try {
    await takePairs(session, passes);
    for (const pass of passes) await conclude(session, pass);
    fillBottlenecks(session);
    record.warnings.push(...libuvSaturated(record).map(warningOf));
    await save(session);
  } finally {
    await Promise.all(passes.map(({ file }) => rm(file, { force: true })));
  }
}

async function takePairs(session: Session, passes: readonly Pass[]): Promise<void> {
  const walls = passes.map(({ variant }) => typicalWall(variant)!);
  const planned = planPairs(walls, BUDGET_MS);
  for (let turn = 0; turn < Math.max(...planned); turn++) {
    for (const [index, pass] of passes.entries()) {
      if (turn >= planned[index]! || pass.trouble !== null) continue;
      tell(session, { type: 'phase', phase: 'trace', detail: pass.variant.name });
      // What that drew is on the screen before the trial begins.
      await nextTurn();
      await takePair(session, pass, turn);
    }
  }
}

/** Which of the two comes first alternates, so that what drifts does not count as the cost of tracing. */
async function takePair(session: Session, pass: Pass, turn: number): Promise<void> {
  const order = turn % 2 === 0 ? [true, false] : [false, true];
  const place = { round: turn + 1, order: 0 };
  let traced: { trial: TrialRecord; trace: TrialTrace } | null = null;
  let plain: TrialRecord | null = null;
  for (const isTraced of order) {
    throwIfAborted(session.hooks.signal);
    const result = await pass.run({ ...place, rowsTrial: isTraced ? turn : null, traced: isTraced });
    throwIfAborted(session.hooks.signal);
    // Nothing is claimed of it, and faults are those of the timed trials.
    if (result.type === 'done' && (session.injected !== null || session.record.spec.allowFailures > 0)) {
      result.trial.allowedFailures = session.record.spec.jobs;
    }
    pass.trouble = troubleOf(result);
    if (result.type !== 'done' || pass.trouble !== null) return;
    if (!isTraced) plain = result.trial;
    else if (result.trace !== null) traced = { trial: result.trial, trace: result.trace };
  }
  if (traced === null || plain === null) return;
  const ratio = comparedMs(traced.trial)! / comparedMs(plain)!;
  pass.pairs.push({ number: turn, traced: traced.trial, trace: traced.trace, ratio });
  session.log.info({ variant: pass.variant.name, turn, wallMs: traced.trial.wallMs, ratio }, 'traced');
}

function troubleOf(result: TrialResult): string | null {
  switch (result.type) {
    case 'done':
      if (comparable(result.trial)) return null;
      return result.trial.lost ?? `${failedCount(result.trial.outcomes)} jobs did not end ok`;
    case 'lost':
      return `its runner ${result.loss.reason}`;
    case 'failed':
      return result.message;
  }
}

async function conclude(session: Session, pass: Pass): Promise<void> {
  const { record, folder, log } = session;
  const { variant, pairs, file } = pass;
  const middle = [...pairs].sort((a, b) => a.traced.wallMs! - b.traced.wallMs!)[(pairs.length - 1) >> 1];
  const rows = middle && readTracedRows({ file, trial: middle.number }, record.spec.jobs);
  if (middle === undefined || !rows) {
    const reason = redactText(pass.trouble ?? 'its rows cannot be read');
    log.warn({ variant: variant.name, reason }, 'not traced');
    record.warnings.push(
      warningOf({
        code: 'not-traced',
        message: `no traced pass: ${reason}`,
        advice: 'The timings are not affected; repeat to see where the time goes.',
        variant: variant.name,
      }),
    );
    return;
  }
  await keepTracedRows(folder, variant.name, rows, middle.trace);
  const { traced, trace } = middle;
  const paced = record.spec.load.kind === 'open' || record.spec.load.rateLimit !== null;
  const figures = threadFigures({ trace, spans: traced.threads, jobs: rows.jobs, table: rows.trace, paced });
  const slotsPerThread = Math.ceil(variant.concurrency / variant.threads);
  const queue = queueLatency(rows.jobs, rows.trace, slotsPerThread);
  variant.trace = {
    pairs: pairs.length,
    overhead: medianInterval(sortNumbers(pairs.map(({ ratio }) => ratio)))!,
    wallMs: traced.wallMs!,
    phases: summarisePhases(rows.jobs, rows.trace, slotsPerThread),
    threads: figures.map(({ thread, figures: each }) => ({
      thread,
      breakdown: breakdownOfThread(each),
      heapPeakBytes: trace.threads.find((traced) => traced.thread === thread)!.heapPeakBytes,
    })),
    nativeThreads: traced.nativeThreads,
    uvPool: trace.uvPool ?? null,
    // Within the workers of a queue they are not the way of its jobs.
    moved: queue === undefined ? movedBetweenThreads(trace, rows.trace) : null,
    // Follows when all variants are traced.
    bottleneck: null,
    ...(queue !== undefined && { queue }),
  } satisfies TraceRecord;
}

function typicalWall({ trials }: VariantRecord): number | null {
  return median(trials.filter(comparable).map(({ wallMs }) => wallMs!));
}
