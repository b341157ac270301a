import { rmSync } from 'node:fs';
import type { RunnerCommand, RunnerMessage } from '../core/documents/runner-protocol.ts';
import { EXIT_UNCAUGHT, messageOf, toErrorData } from '../core/errors.ts';
import { onParentGone } from '../core/processes/on-parent-gone.ts';
import { redactError, redactStart } from '../core/redaction.ts';
import { writeWholeJournal } from '../engine/measurement/journal-file.ts';
import { TraceTable } from '../engine/measurement/trace-table.ts';
import { createLogger, type RunLogger } from '../store/logger.ts';
import { type OpenedVariant, openVariant } from './open-variant.ts';
import type { RunnerOptions } from './runner-options.ts';
import { SpareDescriptor } from './spare-descriptor.ts';
import { Trial } from './trial.ts';

/** A runner's life: start, serve trials, end when told to, when orphaned or crashed, leaving its rows behind. */
export async function serveTrials(options: RunnerOptions, firstLineNs: number): Promise<void> {
  const session = new RunnerSession(options);
  process.on('message', (command: RunnerCommand) => session.obey(command));
  onParentGone(() => process.exit(0));
  process.on('exit', () => session.onExit());
  process.on('uncaughtException', (thrown) => session.onUncaught(thrown));
  await session.open(firstLineNs);
}

class RunnerSession {
  readonly #options: RunnerOptions;
  readonly #spare = new SpareDescriptor();
  #opened: OpenedVariant | null = null;
  #inTrial = false;
  /** Made for the first traced trial. */
  #trace: TraceTable | null = null;
  #logger: RunLogger | null = null;
  #go: (() => void) | null = null;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  async open(firstLineNs: number): Promise<void> {
    try {
      const opened = await openVariant(this.#options);
      this.#opened = opened;
      const { logFile, variant } = this.#options;
      if (logFile !== null) {
        const base = { runId: opened.spec.runId, process: 'runner', variant };
        this.#logger = createLogger({ file: logFile, level: 'info', base });
      }
      const { startupMs, running } = opened;
      const { threads, concurrency } = running;
      this.#logger?.info({ threads, concurrency, startupMs }, 'variant started');
      const workerCost = (await running.workerCost?.()) ?? null;
      send({ type: 'ready', threads, concurrency, startupMs, workerCost, firstLineNs });
    } catch (thrown) {
      send({ type: 'failed', error: redactError(toErrorData(thrown)) });
    }
  }

  obey(command: RunnerCommand): void {
    switch (command.type) {
      case 'trial':
        void this.#runTrial(command);
        return;
      case 'go':
        this.#go?.();
        return;
      case 'disconnect':
        void this.#disconnect();
        return;
      case 'held':
        void this.#tellHeld();
        return;
      case 'ping':
        send({ type: 'pong' });
        return;
      case 'stop':
        this.#opened?.state.stop();
        return;
      case 'shutdown':
        void this.#shutDown();
        return;
    }
  }

  /** Rows of a trial that ends with the process; an exit handler may only do what is synchronous. */
  onExit(): void {
    const { journalFile } = this.#options;
    if (!this.#inTrial || this.#opened === null || journalFile === null) return;
    const { table } = this.#opened.state;
    try {
      this.#spare.lend(() => writeWholeJournal(journalFile, table));
    } catch {
      // A full disk, say. Nobody is to believe what there is of the file.
      rmSync(journalFile, { force: true });
    }
  }

  onUncaught(thrown: unknown): void {
    // The orchestrator quotes it.
    const reason = redactStart(`uncaught in the main thread: ${messageOf(thrown)}`, 500);
    process.stderr.write(`${reason}\n`);
    this.#logger?.error({ err: thrown }, 'uncaught exception');
    process.exit(EXIT_UNCAUGHT);
  }

  async #runTrial(command: RunnerCommand & { type: 'trial' }): Promise<void> {
    if (this.#opened === null) return;
    const { round, order, rowsTrial, traced } = command;
    const { rowsFile: rows, traceFile } = this.#options;
    const files = { rows, trace: traceFile };
    const trial = new Trial({ round, order, rowsTrial }, this.#opened, files, this.#spare);
    this.#inTrial = true;
    try {
      if (traced) this.#trace ??= TraceTable.shared(this.#opened.state.jobs);
      const record = await trial.run(traced ? this.#trace : null, () => this.#awaitGo());
      this.#inTrial = false;
      this.#logger?.info({ round, order, wallMs: record.wallMs, outcomes: record.outcomes }, 'trial done');
      send({ type: 'trial-done', trial: record, trace: trial.trace });
    } catch (thrown) {
      this.#inTrial = false;
      send({ type: 'failed', error: redactError(toErrorData(thrown)) });
    }
  }

  #awaitGo(): Promise<void> {
    return new Promise((resolve) => {
      this.#go = resolve;
      send({ type: 'connected' });
    });
  }

  async #tellHeld(): Promise<void> {
    send({ type: 'held', bytes: (await this.#opened?.running.held().catch(() => null)) ?? null });
  }

  async #disconnect(): Promise<void> {
    await this.#opened?.running.disconnect();
    send({ type: 'disconnected' });
  }

  async #shutDown(): Promise<void> {
    try {
      await this.#opened?.running.close();
    } catch (thrown) {
      // The figures are in by now; whoever wonders what was left behind finds it here.
      this.#logger?.warn({ err: thrown }, 'the workload could not be closed: `teardown` threw');
    } finally {
      process.exit(0);
    }
  }
}

function send(message: RunnerMessage): void {
  // The orchestrator may be gone already; 'disconnect' then ends this process.
  process.send?.(message, undefined, undefined, () => {});
}
