import { setImmediate as nextTurn } from 'node:timers/promises';
import { StoppingRule } from '../../analysis/stopping.ts';
import { withOthersCpu } from '../../analysis/warnings/machine.ts';
import type { JobError, ServerSpan, VariantRecord } from '../../core/documents/run-record.ts';
import { addOutcomes, failedCount, noOutcomes, OUTCOMES } from '../../core/outcomes.ts';
import { median } from '../../core/statistics/quantile.ts';
import { createRandom, shuffle } from '../../core/statistics/random.ts';
import type { VariantName } from '../../core/variants.ts';
import type { ServerUsage } from '../server/usage.ts';
import { usageBetween } from '../server/usage.ts';
import { orAborted, throwIfAborted } from './abort.ts';
import { type Arm, describeRows, journalFile, rowsFile, traceFile } from './arm.ts';
import { Equivalence } from './equivalence.ts';
import type { TrialRequest, TrialResult } from './runner-process.ts';
import { RunnerProcess } from './runner-process.ts';
import type { Session } from './session.ts';
import { save, tell, warn } from './session.ts';
import { takeTraces } from './tracing.ts';
import { trialOf } from './trial-result.ts';

/**
 * What the server did within a trial, from readings before and after it. They lie a little outside the trial,
 * where the server has nothing to do, so its utilisation is taken over the trial's own wall.
 */
export function serverSpan(
  before: ServerUsage | null,
  after: ServerUsage | null,
  wallMs: number | null,
): ServerSpan | null {
  if (before === null || after === null || wallMs === null) return null;
  const used = usageBetween(before, after);
  return {
    requests: used.requests,
    cpuMs: used.cpuUserMs + used.cpuSystemMs,
    eventLoopUtilization: wallMs === 0 ? 0 : Math.min(1, used.eventLoopActiveMs / wallMs),
  };
}

/** How long a trial that is being stopped may take to say how far it came. */
const STOP_LIMIT_MS = 1_500;

/** The timed half of a run: runners up, warm-up, then rounds of one trial of every variant, shuffled; and tracing. */
export class Timing {
  readonly #session: Session;
  readonly #arms: readonly Arm[];
  readonly #runners = new Map<Arm, RunnerProcess>();
  readonly #equivalence: Equivalence;
  #stopping: StoppingRule | null = null;
  #trialsDone = 0;
  /** Connections that the embedded server had no file descriptor for. */
  #refused = 0;

  constructor(session: Session) {
    this.#session = session;
    const { variants, aa } = session.record;
    this.#arms = variants.map((variant): Arm => ({ key: variant.name, variant }));
    if (aa !== null) this.#arms = [...this.#arms, { key: 'aa', variant: aa.arm }];
    this.#equivalence = new Equivalence(
      session.record,
      (variant) => rowsFile(session, variant),
      session.nameOf,
    );
  }

  async run(): Promise<void> {
    const { spec } = this.#session.record;
    await this.#start();
    tell(this.#session, { type: 'phase', phase: 'warm-up', detail: null });
    for (let i = 0; i < spec.warmup; i++) await this.#round(0, this.#arms);
    this.#endFailedArms();
    this.#stopping = new StoppingRule(this.#session.record);
    if (this.#arms.every(({ variant }) => variant.state === 'failed')) return;
    tell(this.#session, { type: 'phase', phase: 'rounds', detail: null });
    let round = 0;
    do {
      round++;
      // A seed of its own for each round, so that a round's order does not depend on how many came before.
      await this.#round(round, shuffle([...this.#arms], createRandom(spec.seed + round)));
    } while (this.#stopping.another());
    this.#tellRefused();
  }

  /** To be called after `run`, when the record has been summed up: in the same runners, a few more trials. */
  async trace(): Promise<void> {
    const arms = this.#arms.filter(({ key }) => key !== 'aa');
    await takeTraces(
      this.#session,
      arms.map((arm) => ({
        variant: arm.variant,
        file: traceFile(this.#session, arm.key),
        run: async (request) => {
          const runner = this.#runners.get(arm)!;
          const result = await this.#runUntilStopped(runner, request);
          await this.#closeIdle(runner);
          return result;
        },
      })),
    );
  }

  /** Ends the runners, whatever became of the rest. */
  async close(): Promise<void> {
    if (this.#session.hooks.signal.aborted) for (const runner of this.#runners.values()) runner.kill();
    await Promise.all([...this.#runners.values()].map((runner) => runner.close()));
  }

  /** False if no job produced anything that could be compared. */
  get anythingCompared(): boolean {
    return this.#equivalence.anythingProduced;
  }

  /** One runner after another: two that start at once would slow each other's start-up. */
  async #start(): Promise<void> {
    const { record, folder, baseUrl, hooks, log } = this.#session;
    await folder.makeFolder('jobs');
    for (const arm of this.#arms) {
      const { key, variant } = arm;
      throwIfAborted(hooks.signal);
      tell(this.#session, { type: 'phase', phase: 'start', detail: variant.name });
      const runner = new RunnerProcess(
        variant.name,
        {
          spec: folder.path('spec.json'),
          log: folder.path('logs', `runner-${key}.ndjson`),
          output: folder.path('logs', `runner-${key}.out`),
          rows: rowsFile(this.#session, key),
          trace: traceFile(this.#session, key),
          journal: journalFile(this.#session, key),
        },
        baseUrl,
        record.spec.timeoutMs,
      );
      this.#runners.set(arm, runner);
      const ready = await orAborted(runner.ready(), hooks.signal);
      Object.assign(variant, { ...ready, state: 'ready' } satisfies Partial<VariantRecord>);
      log.info({ variant: key, pid: runner.pid, ...ready }, 'runner ready');
    }
    await save(this.#session);
  }

  /** Rounds of a variant that can do none of its jobs would take their time and show nothing. */
  #endFailedArms(): void {
    for (const { key, variant } of this.#arms) {
      const { warmups, state } = variant;
      if (state !== 'ready' || warmups.length === 0) continue;
      const outcomes = warmups.reduce((sum, trial) => addOutcomes(sum, trial.outcomes), noOutcomes());
      if (outcomes.ok > 0) continue;
      const kinds = OUTCOMES.filter((outcome) => outcomes[outcome] > 0);
      const list = kinds.map((outcome) => `${outcomes[outcome]} ${outcome}`).join(', ');
      variant.state = 'failed';
      variant.lostReason = `no job of its warm-up ended ok (${list}), so its rounds were not run`;
      this.#session.log.error({ variant: key, outcomes }, 'warm-up failed');
    }
  }

  async #round(round: number, order: readonly Arm[]): Promise<void> {
    const trials = new Map<VariantName, number>();
    for (const [place, arm] of order.entries()) {
      throwIfAborted(this.#session.hooks.signal);
      if (arm.variant.state !== 'ready') continue;
      const number = await this.#trial(arm, round, place);
      if (round > 0 && number !== null && arm.key !== 'aa') trials.set(arm.key, number);
    }
    this.#equivalence.compareRound(round, trials);
  }

  /** One trial. Returns the number of its rows in the variant's file; null if there are none. */
  async #trial(arm: Arm, round: number, order: number): Promise<number | null> {
    const { record, hooks, log } = this.#session;
    const { variant } = arm;
    const runner = this.#runners.get(arm)!;
    tell(this.#session, {
      type: 'trial',
      variant: variant.name,
      round,
      rounds: record.spec.rounds,
      index: this.#trialsDone,
      total: this.#arms.length * (record.spec.warmup + this.#expectedRounds()),
      remainingMs: this.#remainingMs(),
    });
    // What the line above drew is on the screen before the trial begins.
    await nextTurn();
    // Only rows of timed trials are kept.
    const rowsTrial = round === 0 ? null : variant.trials.length;
    // Read when the connections are open: requests that opened them again are not the trial's.
    let before = null as ServerUsage | null;
    const request = { round, order, rowsTrial, traced: false };
    const result = await this.#runUntilStopped(runner, request, async () => {
      before = await this.#serverUsage();
    });
    const after = await this.#serverUsage();
    this.#refused = after?.connectionsRefused ?? this.#refused;
    this.#trialsDone++;
    const { trial: measured, hasRows } = trialOf(this.#session, result, arm, { round, order, rowsTrial });
    const server = serverSpan(before, after, measured.wallMs);
    const trial = withOthersCpu({ ...measured, server }, record.server.kind === 'embedded');
    trial.errors = trial.errors.map((error) => this.#named(error));
    (round === 0 ? variant.warmups : variant.trials).push(trial);
    log.info({ variant: arm.key, round, order, wallMs: trial.wallMs, outcomes: trial.outcomes }, 'trial');
    // A trial that the user stopped is not lost.
    if (!hooks.signal.aborted) {
      tell(this.#session, {
        type: 'trial-done',
        variant: variant.name,
        round,
        wallMs: trial.wallMs,
        failed: failedCount(trial.outcomes),
      });
    }
    await this.#closeIdle(runner);
    if (round > 0) await describeRows(this.#session, arm);
    await save(this.#session);
    throwIfAborted(hooks.signal);
    return hasRows ? rowsTrial : null;
  }

  /** The main thread of a pool reports the jobs of threads that died, and does not know their names. */
  #named(error: JobError): JobError {
    return error.name === '' ? { ...error, name: this.#session.nameOf(error.position) } : error;
  }

  /** A stopped trial may still say how far it came; then, or soon after, its runner is killed. */
  async #runUntilStopped(
    runner: RunnerProcess,
    place: TrialRequest,
    connected?: () => Promise<void>,
  ): Promise<TrialResult> {
    const { signal } = this.#session.hooks;
    let limit: NodeJS.Timeout | undefined;
    const onAbort = () => {
      runner.stopTrial();
      limit = setTimeout(() => runner.kill(), STOP_LIMIT_MS);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await runner.runTrial(place, connected);
    } finally {
      clearTimeout(limit);
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #closeIdle(runner: RunnerProcess): Promise<void> {
    if (!this.#session.closesIdle) return;
    await runner.disconnect();
    // The server takes its messages in turn: when it answers this one, it has seen the connections close.
    await this.#serverUsage();
  }

  /** Null without an embedded server, and when it has gone: that is told elsewhere. */
  async #serverUsage(): Promise<ServerUsage | null> {
    return (await this.#session.serverUsage?.().catch(() => null)) ?? null;
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

  /** As many as were asked for; else as far as can be seen, from the time that they took so far. */
  #expectedRounds(): number {
    const { spec, rounds } = this.#session.record;
    if (spec.rounds !== null) return spec.rounds;
    const left = this.#stopping?.expectedRounds() ?? 0;
    return Math.max(1, rounds.completed + left);
  }
}
