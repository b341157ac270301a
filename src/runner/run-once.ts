import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOnceResult } from '../core/documents/run-once.ts';
import { TIMELINE_BEGUN, TIMELINE_DESCRIPTION, TIMELINE_ROWS } from '../core/documents/timeline.ts';
import type { SavedHeapProfile, SavedProfile, ThreadInfo } from '../core/documents/v8-profiles.ts';
import { cpuProfileFile, heapProfileFile, threadLabel } from '../core/documents/v8-profiles.ts';
import { messageOf } from '../core/errors.ts';
import { addOutcomes, failedCount, noOutcomes } from '../core/outcomes.ts';
import { redactText } from '../core/redaction.ts';
import { NS_PER_US, US_PER_MS } from '../core/units.ts';
import { createClock } from '../engine/measurement/clock.ts';
import type { HeapSampledThread, ProfiledThread } from '../engine/variants/variant.ts';
import { createLogger } from '../store/logger.ts';
import { tracedFiles } from '../store/traced-rows.ts';
import { fillOrder } from '../workload/plan.ts';
import { logJobs } from './job-log.ts';
import type { OpenedVariant } from './open-variant.ts';
import { openVariant } from './open-variant.ts';
import type { OnceOptions, RunnerOptions } from './runner-options.ts';
import { repeatForTimeline, timelineRefusal } from './timeline-repetition.ts';

const LOOK_MS = 2_000;

/**
 * Ends this process when the one that started it is gone: a profiler that is killed leaves its program
 * behind. An orphan gets another parent, so a changed parent tells.
 */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, LOOK_MS).unref();
}

/** Saves what each thread allocated. @returns the names of the files within the folder, main thread first */
function writeHeapProfiles(
  dir: string,
  sampled: readonly HeapSampledThread[],
  { variant, intervalBytes }: { readonly variant: string; readonly intervalBytes: number },
): string[] {
  mkdirSync(dir, { recursive: true });
  return sampled.map(({ thread, profile }) => {
    const label = threadLabel(thread);
    const named: SavedHeapProfile = { ...profile, threadmill: { thread, label, variant, intervalBytes } };
    const file = heapProfileFile(thread);
    writeFileSync(join(dir, file), JSON.stringify(named));
    return file;
  });
}

/** What follows a wait runs with cold caches: a turn has as many plans as fill this. */
const TURN_MS = 100;

/**
 * Resolves when this process may go on: at once, unless it takes turns with others (`Turns`). Its turn lasts until it asks
 * for the next, or ends.
 */
function turn(): Promise<void> {
  if (process.send === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    process.once('message', () => resolve());
    process.send?.('turn');
  });
}

/** How long the process may take to end by itself, and a profiler to save when it did not. */
const LEFT_OPEN_MS = 2_000;
const SAVING_MS = 5_000;
const clock = createClock();

/**
 * The capture's way to run a variant: one warm-up, then the plan again and again until the load has lasted
 * long enough, then the result as a file. It needs nobody to talk to, so anyone can repeat it with `node`.
 */
export async function runOnce(options: RunnerOptions, once: OnceOptions): Promise<void> {
  endWithParent();
  await turn();
  const opened = await openVariant(options);
  const { running, pacing, state, spec } = opened;
  const profiling = once.profileDir !== null;
  // Before the warm-up, though the profile is cut to the load: code that V8 optimises while nobody profiles
  // keeps no record of which functions it inlined, and the user's own would hide in their callers. A session
  // of its own for the warm-up does not help: a new one knows nothing of what was inlined before it.
  const started = profiling ? await running.startProfiling(once.samplingIntervalUs) : 0;
  state.reset();
  pacing?.reset(0);
  await running.connect();
  await running.prepare(null);
  if (spec.warmup > 0) await runPlan(opened);
  // After the warm-up: modules load and code is compiled in it, which no later job allocates for again.
  const sampling = once.heapDir === null ? 0 : await running.startHeapSampling(once.heapIntervalBytes);
  const outcomes = noOutcomes();
  let repeats = 0;
  const turns: { startUs: number; endUs: number }[] = [];
  const turnMs = process.send === undefined ? Number.POSITIVE_INFINITY : TURN_MS;
  let loadMs = 0;
  do {
    await turn();
    const [startUs, beforeMs] = [nowUs(), loadMs];
    do {
      state.reset();
      fillOrder(state.order, spec.seed, repeats + 1);
      pacing?.reset(repeats + 1);
      await runPlan(opened);
      repeats++;
      addOutcomes(outcomes, state.table.countOutcomes());
      loadMs = beforeMs + (nowUs() - startUs) / US_PER_MS;
    } while (loadMs < once.minLoadMs && loadMs - beforeMs < turnMs);
    turns.push({ startUs, endUs: nowUs() });
  } while (loadMs < once.minLoadMs);
  const sampled = sampling === 0 ? [] : await running.stopHeapSampling();
  const timeline = await repeatOnce(opened, options, once, { repeats, loadMs });
  const profiled = profiling ? await running.stopProfiling() : [];

  if (options.logFile !== null) writeJobLog(options.logFile, opened, options.variant);
  const result: RunOnceResult = {
    loadMs,
    repeats,
    jobs: spec.jobs * repeats,
    failed: failedCount(outcomes),
    heap:
      once.heapDir === null
        ? null
        : {
            threads: sampling,
            files: writeHeapProfiles(once.heapDir, sampled, {
              variant: options.variant,
              intervalBytes: once.heapIntervalBytes,
            }),
          },
    lostThreads: started - profiled.length,
    // One of the two: a capture does either.
    unseenThreads: [...profiled, ...sampled].reduce((sum, { ownWorkers }) => sum + ownWorkers, 0),
    profiles:
      once.profileDir === null ? [] : writeProfiles(once.profileDir, profiled, options.variant, turns),
    timeline,
  };
  // Everything is measured by now: an error in `teardown` must not lose it.
  await running.close().catch((thrown: unknown) => {
    process.stderr.write(`the workload could not be closed: ${redactText(messageOf(thrown))}\n`);
  });
  // Last of all: its presence says that everything before it went well.
  writeFileSync(once.resultFile, `${JSON.stringify(result)}\n`);
  endThoughLeftOpen();
}

/** Whatever becomes of it, the load before it is profiled and counts. */
async function repeatOnce(
  opened: OpenedVariant,
  { variant }: RunnerOptions,
  { timelineDir }: OnceOptions,
  { repeats, loadMs }: Pick<RunOnceResult, 'repeats' | 'loadMs'>,
): Promise<RunOnceResult['timeline']> {
  if (timelineDir === null) return { missing: 'nobody asked for it' };
  const planMs = loadMs / repeats;
  const refusal = timelineRefusal(opened, planMs);
  if (refusal !== null) return { missing: refusal };
  try {
    mkdirSync(timelineDir, { recursive: true });
    writeFileSync(join(timelineDir, TIMELINE_BEGUN), '');
    const repetition = await repeatForTimeline(opened, repeats + 1, planMs);
    if (typeof repetition === 'string') return { missing: repetition };
    const { table, trial } = repetition;
    const { bin, json } = tracedFiles(variant, { jobs: opened.state.table, trace: table }, trial);
    writeFileSync(join(timelineDir, TIMELINE_ROWS), bin);
    writeFileSync(join(timelineDir, TIMELINE_DESCRIPTION), json);
    return { startUs: trial.startNs / NS_PER_US, endUs: trial.endNs / NS_PER_US };
  } catch (thrown) {
    return { missing: redactText(messageOf(thrown)) };
  }
}

async function runPlan({ running, pacing }: OpenedVariant): Promise<void> {
  await pacing?.ready();
  pacing?.begin(clock());
  await running.runPlan();
}

/**
 * A timer or a socket that the workload leaves open must not keep a profiler waiting for the end. Profilers
 * save on 'beforeExit', which would never come: so they are told, and given time.
 */
function endThoughLeftOpen(): void {
  const timer = setTimeout(() => {
    if (!process.emit('beforeExit', 0)) process.exit();
    setTimeout(() => process.exit(), SAVING_MS);
  }, LEFT_OPEN_MS).unref();
  process.once('beforeExit', () => clearTimeout(timer));
}

/** On the clock of the profiles' time stamps. */
function nowUs(): number {
  return Number(process.hrtime.bigint()) / NS_PER_US;
}

function writeProfiles(
  dir: string,
  profiled: readonly ProfiledThread[],
  variant: string,
  turns: NonNullable<ThreadInfo['turns']>,
): string[] {
  mkdirSync(dir, { recursive: true });
  const load = { startUs: turns[0]!.startUs, endUs: turns.at(-1)!.endUs };
  return profiled.map(({ thread, profile }) => {
    const label = threadLabel(thread);
    const named: SavedProfile = { ...profile, threadmill: { thread, label, variant, load, turns } };
    const file = cpuProfileFile(thread);
    writeFileSync(join(dir, file), JSON.stringify(named));
    return file;
  });
}

function writeJobLog(file: string, opened: OpenedVariant, variant: string): void {
  const logger = createLogger({
    file,
    level: 'debug',
    base: { runId: opened.spec.runId, process: 'runner', variant },
  });
  logJobs(logger, opened.state);
  logger.close();
}
