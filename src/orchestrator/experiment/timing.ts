import { setImmediate as nextTurn } from 'node:timers/promises';
import { StoppingRule } from '../../analysis/stopping.ts';
import { risingMemory } from '../../analysis/warnings/heap.ts';
import { withOthersCpu } from '../../analysis/warnings/machine.ts';
import type { JobError, VariantRecord } from '../../core/documents/run-record.ts';
import { failedCount, OUTCOMES, sumOutcomes } from '../../core/outcomes.ts';
import type { QueueProgress } from '../../core/progress.ts';
import { median } from '../../core/statistics/quantile.ts';
import { createRandom, shuffle } from '../../core/statistics/random.ts';
import { parseQueueWorkers, type VariantName } from '../../core/variants.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import { readDue, readRows } from '../../store/job-rows.ts';
import type { Injected } from '../server/faults/injector.ts';
import { type ServerUsage, serverSpan } from '../server/usage.ts';
import { orAborted, runUntilStopped, throwIfAborted } from './abort.ts';
import { type Arm, armsOf, describeRows, journalFile, rowsFile, traceFile } from './arm.ts';
import { compareCommonJobs, type RoundTrial } from './common-jobs.ts';
import { differingRows, Equivalence } from './equivalence.ts';
import { reconcileTrial } from './reconcile.ts';
import { RunnerProcess } from './runner-process.ts';
import type { Session } from './session.ts';
import { save, tell, warn } from './session.ts';
import { takeTraces } from './tracing.ts';
import { trialOf } from './trial-result.ts';

/** The timed part of a run: runners, warm-up, shuffled rounds, tracing. Versions share rounds; each has a session. */
export class Timing {
  /** The record of this session counts the rounds. */
  readonly #session: Session;
  readonly #sessions: readonly Session[];
  readonly #arms: readonly Arm[];
  readonly #runners = new Map<Arm, RunnerProcess>();
  readonly #equivalence: ReadonlyMap<Session, Equivalence>;
  #stopping: StoppingRule | null = null;
  #trialsDone = 0;
  /** Connections that the embedded server had no file descriptor for. */
  #refused = 0;

  /** @param others of the versions besides the one that the run is of */
  constructor(session: Session, others: readonly Session[] = []) {
    this.#session = session;
    this.#sessions = [session, ...others];
    this.#arms = this.#sessions.flatMap(armsOf);
    this.#equivalence = new Map(this.#sessions.map((each) => [each, equivalenceOf(each)]));
    for (const { record } of others) record.rounds = session.record.rounds;
  }

  async run(): Promise<void> {
    const { spec } = this.#session.record;
    await this.#start();
    tell(this.#session, { type: 'phase', phase: 'warm-up', detail: null });
    for (let i = 0; i < spec.warmup; i++) await this.#round(0, this.#arms);
    this.#endFailedArms();
    const { decided } = this.#session.hooks;
    this.#stopping = new StoppingRule(this.#session.record, {
      ...(decided !== undefined && {
        decided: () => decided(this.#sessions.map(({ record }) => record)),
      }),
    });
    if (this.#arms.every(({ variant }) => variant.state === 'failed')) return;
    tell(this.#session, { type: 'phase', phase: 'rounds', detail: null });
    let round = 0;
    do {
      round++;
      // Each round has its own seed, so that its order does not depend on the number of earlier rounds.
      await this.#round(round, shuffle([...this.#arms], createRandom(spec.seed + round)));
    } while (this.#stopping.another());
    await this.#lookAtMemory();
    this.#tellRefused();
  }

  /** Runs a few more trials in the same runners. Call after `run` and after the record is summarised. */
  async trace(): Promise<void> {
    for (const session of this.#sessions) {
      if (session.version === 'base again') continue;
      const arms = this.#arms.filter((arm) => arm.session === session && arm.key !== 'aa');
      await takeTraces(
        session,
        arms.map((arm) => ({
          variant: arm.variant,
          file: traceFile(session, arm.key),
          run: async (request) => {
            const runner = this.#runners.get(arm)!;
            const result = await runUntilStopped(runner, this.#session.hooks.signal, request);
            await this.#closeIdle(runner);
            return result;
          },
        })),
      );
    }
  }

  async close(): Promise<void> {
    const runners = [...this.#runners.values()];
    if (this.#session.hooks.signal.aborted) {
      // But for one that would leave its run in the store of a queue.
      for (const runner of runners) if (runner.variant !== 'distributed-queue') runner.kill();
    }
    await Promise.all(runners.map((runner) => runner.close()));
  }

  /** False if no job produced anything that could be compared. */
  anythingCompared(session: Session): boolean {
    return this.#equivalence.get(session)!.anythingProduced;
  }

  /** Starts runners one after another: two at once would slow each other. */
  async #start(): Promise<void> {
    for (const { folder } of this.#sessions) await folder.makeFolder('jobs');
    for (const arm of this.#arms) {
      const { session, key, variant } = arm;
      const { record, folder, baseUrl, hooks, log } = session;
      throwIfAborted(hooks.signal);
      tell(session, { type: 'phase', phase: 'start', detail: startingOf(session, variant.name) });
      const runner = new RunnerProcess(
        variant.name,
        {
          spec: folder.path('spec.json'),
          log: folder.path('logs', `runner-${key}.ndjson`),
          output: folder.path('logs', `runner-${key}.out`),
          rows: rowsFile(session, key),
          trace: traceFile(session, key),
          journal: journalFile(session, key),
        },
        baseUrl,
        record.spec.timeoutMs,
        session.launch,
      );
      this.#runners.set(arm, runner);
      const ready = await orAborted(runner.ready(), hooks.signal);
      Object.assign(variant, { ...ready, state: 'ready' } satisfies Partial<VariantRecord>);
      log.info({ variant: key, pid: runner.pid, ...ready }, 'runner ready');
    }
    for (const session of this.#sessions) await save(session);
  }

  /** Ends variants whose warm-up had no successful job: their rounds would show nothing. */
  #endFailedArms(): void {
    for (const { session, key, variant } of this.#arms) {
      const { warmups, state } = variant;
      if (state !== 'ready' || warmups.length === 0) continue;
      const outcomes = sumOutcomes(warmups);
      if (outcomes.ok > 0) continue;
      const kinds = OUTCOMES.filter((outcome) => outcomes[outcome] > 0);
      const list = kinds.map((outcome) => `${outcomes[outcome]} ${outcome}`).join(', ');
      variant.state = 'failed';
      variant.lostReason = `no job of its warm-up ended ok (${list}), so its rounds were not run`;
      session.log.error({ variant: key, outcomes }, 'warm-up failed');
    }
  }

  async #round(round: number, order: readonly Arm[]): Promise<void> {
    const startedAt = performance.now();
    const trials = new Map(this.#sessions.map((session) => [session, new Map<VariantName, number>()]));
    for (const [place, arm] of order.entries()) {
      throwIfAborted(this.#session.hooks.signal);
      if (arm.variant.state !== 'ready') continue;
      const number = await this.#trial(arm, round, place);
      if (round > 0 && number !== null && arm.key !== 'aa') trials.get(arm.session)!.set(arm.key, number);
    }
    for (const [session, ofVersion] of trials) {
      this.#equivalence.get(session)!.compareRound(round, ofVersion);
      if (round > 0) compareCommonJobs(roundOf(session, ofVersion), session.record.spec);
    }
    const { against } = this.#session.record;
    if (against === null || round === 0) return;
    against.roundsMs += performance.now() - startedAt;
    this.#compareVersions(against.responses, trials);
  }

  #compareVersions(
    responses: { compared: number; differing: number },
    trials: ReadonlyMap<Session, ReadonlyMap<VariantName, number>>,
  ): void {
    const base = this.#sessions.find(({ version }) => version === 'base');
    if (base === undefined) return;
    for (const [variant, trial] of trials.get(this.#session)!) {
      const ofBase = trials.get(base)!.get(variant);
      if (ofBase === undefined) continue;
      const found = differingRows(rowsOf(base, variant, ofBase), rowsOf(this.#session, variant, trial));
      responses.compared += found.compared;
      responses.differing += found.differing.length;
    }
  }

  /** One trial. Returns the number of its rows in the variant's file; null if there are none. */
  async #trial(arm: Arm, round: number, order: number): Promise<number | null> {
    const { session, variant } = arm;
    const { record, hooks, log } = session;
    const runner = this.#runners.get(arm)!;
    tell(session, {
      type: 'trial',
      variant: variant.name,
      version: session.version,
      round,
      rounds: record.spec.rounds,
      index: this.#trialsDone,
      total: this.#arms.length * (record.spec.warmup + this.#expectedRounds()),
      remainingMs: this.#remainingMs(),
    });
    // Lets the progress line reach the screen before the trial begins.
    await nextTurn();
    // Only rows of timed trials are kept.
    const rowsTrial = round === 0 ? null : variant.trials.length;
    // Read after the connections are open: requests that opened them do not belong to the trial.
    let before = null as ServerUsage | null;
    const request = { round, order, rowsTrial, traced: false };
    const result = await runUntilStopped(runner, this.#session.hooks.signal, request, async () => {
      await this.#injected();
      before = await this.#serverUsage();
    });
    const injected = await this.#injected();
    const after = await this.#serverUsage();
    this.#refused = after?.connectionsRefused ?? this.#refused;
    this.#trialsDone++;
    const { trial: measured, hasRows } = trialOf(session, result, arm, { round, order, rowsTrial });
    const server = serverSpan(before, after, measured.wallMs);
    const trial = withOthersCpu({ ...measured, server }, record.server.kind === 'embedded');
    trial.errors = trial.errors.map((error) => named(error, session));
    if (hasRows && rowsTrial !== null && trial.lost === null) {
      const rows = injected && rowsOf(session, arm.key, rowsTrial);
      const explained = rows && reconcileTrial(record, variant, trial, rows, injected, session.nameOf);
      trial.allowedFailures = (explained ?? 0) + Math.floor(record.spec.allowFailures * record.spec.jobs);
    }
    (round === 0 ? variant.warmups : variant.trials).push(trial);
    log.info({ variant: arm.key, round, order, wallMs: trial.wallMs, outcomes: trial.outcomes }, 'trial');
    // A trial that the user stopped is not lost.
    if (!hooks.signal.aborted) {
      tell(session, {
        type: 'trial-done',
        variant: variant.name,
        round,
        wallMs: trial.wallMs,
        failed: failedCount(trial.outcomes),
        queue: queueProgress(variant),
      });
    }
    await this.#closeIdle(runner);
    if (round > 0) await describeRows(arm);
    await save(session);
    throwIfAborted(hooks.signal);
    return hasRows ? rowsTrial : null;
  }

  /** Here, where no timed trial follows: a full collection costs the next trial its compiled code. */
  async #lookAtMemory(): Promise<void> {
    for (const [{ session, variant }, runner] of this.#runners) {
      if (variant.state !== 'ready') continue;
      if (risingMemory(variant, session.record.variants.length) === null) continue;
      const bytes = await runner.held();
      if (bytes !== null) variant.heldAfterBytes = bytes;
    }
  }

  async #closeIdle(runner: RunnerProcess): Promise<void> {
    if (!this.#session.closesIdle) return;
    await runner.disconnect();
    // The server takes its messages in turn: when it answers this one, it has seen the connections close.
    await this.#serverUsage();
  }

  /** Null without an embedded server, and after it ended: `server-lost` reports that. */
  async #serverUsage(): Promise<ServerUsage | null> {
    return (await this.#session.serverUsage?.().catch(() => null)) ?? null;
  }

  /** Null without `--fault`, and after the server ended. */
  async #injected(): Promise<Injected | null> {
    return (await this.#session.injected?.().catch(() => null)) ?? null;
  }

  /** From the median wall of each variant so far; null until every variant has run once. */
  #remainingMs(): number | null {
    const { spec } = this.#session.record;
    const timeLeft = this.#stopping?.remainingMs() ?? null;
    if (timeLeft !== null) return timeLeft;
    const rounds = this.#expectedRounds();
    let remaining = 0;
    for (const { variant } of this.#arms) {
      if (variant.state !== 'ready') continue;
      const walls = [...variant.warmups, ...variant.trials].flatMap(({ wallMs }) =>
        wallMs === null ? [] : [wallMs],
      );
      const typical = median(walls);
      if (typical === null) return null;
      const left = spec.warmup + rounds - variant.warmups.length - variant.trials.length;
      remaining += typical * left;
    }
    return remaining;
  }

  #tellRefused(): void {
    const session = this.#session;
    if (this.#refused === 0) return;
    const connections = this.#refused === 1 ? '1 connection' : `${this.#refused} connections`;
    const message = `the embedded server refused ${connections}: it had no file descriptor left`;
    warn(session, { code: 'server-exhausted', message });
  }

  /** The requested number of rounds, or an estimate from the time of the rounds so far. */
  #expectedRounds(): number {
    const { spec, rounds } = this.#session.record;
    if (spec.rounds !== null) return spec.rounds;
    const left = this.#stopping?.expectedRounds() ?? 0;
    return Math.max(1, rounds.completed + left);
  }
}

function equivalenceOf(session: Session): Equivalence {
  return new Equivalence(session.record, (variant) => rowsFile(session, variant), session.nameOf);
}

function rowsOf(session: Session, variant: Arm['key'], trial: number): JobTable | null {
  return readRows({ file: rowsFile(session, variant), trial, rows: session.record.spec.jobs });
}

/** Trials of a round that have rows, if one of them had failures. */
function roundOf(session: Session, trials: ReadonlyMap<VariantName, number>): RoundTrial[] {
  const all = [...trials].map(([name, number]) => {
    const trial = session.record.variants.find((variant) => variant.name === name)!.trials[number]!;
    return { name, number, trial };
  });
  if (all.every(({ trial }) => failedCount(trial.outcomes) === 0)) return [];
  return all.flatMap(({ name, number, trial }) => {
    const rows = rowsOf(session, name, number);
    const { jobs } = session.record.spec;
    const dueNs =
      trial.open === null ? null : readDue({ file: rowsFile(session, name), trial: number, rows: jobs });
    return rows === null ? [] : [{ trial, rows, dueNs }];
  });
}

/** Adds the job's name: the main thread of a pool, which reports jobs of dead threads, does not know it. */
function named(error: JobError, { nameOf }: Session): JobError {
  return error.name === '' ? { ...error, name: nameOf(error.position) } : error;
}

function queueProgress({ warmups, trials }: VariantRecord): QueueProgress | null {
  const all = [...warmups, ...trials].flatMap(({ queue, outcomes }) => (queue ? [{ queue, outcomes }] : []));
  const last = all.at(-1);
  if (last === undefined) return null;
  return {
    workers: last.queue.workers.filter(({ cpuMs }) => cpuMs !== null).length,
    done: all.reduce((sum, { outcomes }) => sum + failedCount(outcomes, ['not-started']), 0),
    reRuns: all.reduce((sum, { queue }) => sum + queue.reRuns, 0),
  };
}

/** What the phase `start` is at: a run may wait there for workers that somebody else has to start. */
function startingOf({ record }: Session, name: VariantName): string {
  const { queue, queueWorkers } = record.spec;
  const asked = parseQueueWorkers(queueWorkers ?? '');
  if (name !== 'distributed-queue' || asked === null || !asked.external) return name;
  return `${name}, for ${asked.workers} workers: threadmill worker --queue ${queue}`;
}
