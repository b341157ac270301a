import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, truncateSync } from 'node:fs';
import type { TrialTrace } from '../../core/documents/breakdown.ts';
import type { TrialRecord, WorkerCost } from '../../core/documents/run-record.ts';
import type { RunnerCommand, RunnerMessage } from '../../core/documents/runner-protocol.ts';
import { killGroup, startNode } from '../../core/processes/start-node.ts';
import { workerFile } from '../../core/processes/worker-file.ts';
import { redactText } from '../../core/redaction.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { VariantName } from '../../core/variants.ts';
import { BASE_URL_VARIABLE } from '../../runner/runner-options.ts';
import { outputError } from '../../store/output-errors.ts';
import { readEnd } from '../../store/read-part.ts';
import { couldNotOpen, endedBeforeReady, notReadyAfter } from './start-failure.ts';

interface RunnerFiles {
  readonly spec: string;
  readonly log: string;
  /** File for the output of the process and the user's code. */
  readonly output: string;
  readonly rows: string;
  readonly trace: string;
  /** What it copies its rows into while a trial runs. */
  readonly journal: string;
}

export interface RunnerReady {
  readonly threads: number;
  readonly concurrency: number;
  readonly startupMs: number;
  readonly workerCost: WorkerCost | null;
  readonly processStartMs: number;
}

export interface RunnerLoss {
  readonly reason: string;
  /** False: it had ended before the trial began. */
  readonly began: boolean;
}

export interface TrialRequest {
  readonly round: number;
  readonly order: number;
  /** Number of the trial in the file of rows, or of traced rows, that it goes to; null: its rows are not kept. */
  readonly rowsTrial: number | null;
  readonly traced: boolean;
}

export type TrialResult =
  | { readonly type: 'done'; readonly trial: TrialRecord; readonly trace: TrialTrace | null }
  | { readonly type: 'lost'; readonly loss: RunnerLoss }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly advice?: string };

/** What runs a version of the workload: which Node, and variables besides those of this process. */
export interface NodeLaunch {
  readonly execPath: string;
  readonly env: Readonly<Record<string, string>>;
}

export const THIS_NODE: NodeLaunch = { execPath: process.execPath, env: {} };

const START_LIMIT_MS = 60_000;
const SHUTDOWN_LIMIT_MS = 3_000;
/** A trial is not disturbed for the time limit of one job plus this; then the runner is asked for a sign of life. */
const PING_GRACE_MS = 2_000;
/** How much of what a runner printed is looked through for its last words, bytes, and quoted, characters. */
const OUTPUT_READ = 64_000;
const OUTPUT_QUOTED = 600;

export class RunnerProcess {
  readonly variant: VariantName;
  readonly #child: ChildProcess;
  readonly #files: RunnerFiles;
  readonly #timeoutMs: number;
  readonly #spawnedNs: number;
  readonly #exited: Promise<string>;
  #onMessage: ((message: RunnerMessage) => void) | null = null;
  #onExit: ((how: string) => void) | null = null;
  #killReason: string | null = null;
  #ended = false;
  #exitedHow: string | null = null;

  constructor(
    variant: VariantName,
    files: RunnerFiles,
    baseUrl: string,
    timeoutMs: number,
    launch: NodeLaunch = THIS_NODE,
  ) {
    this.variant = variant;
    this.#files = files;
    this.#timeoutMs = timeoutMs;
    const output = openForWriting(files.output, 'a');
    closeSync(openForWriting(files.journal, 'w'));
    this.#spawnedNs = Number(process.hrtime.bigint());
    this.#child = startNode(
      [
        '--expose-gc',
        workerFile('runner'),
        ...['--spec', files.spec, '--variant', variant, '--log', files.log],
        ...['--rows', files.rows, '--trace', files.trace, '--journal', files.journal],
      ],
      {
        stdout: output,
        stderr: output,
        ipc: true,
        env: { ...process.env, ...launch.env, [BASE_URL_VARIABLE]: baseUrl },
        execPath: launch.execPath,
      },
    );
    closeSync(output);
    this.#child.on('message', (message) => this.#onMessage?.(message as RunnerMessage));
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      this.#child.once('exit', (code, signal) => {
        this.#ended = true;
        resolve(
          this.#killReason ?? (signal === null ? `exited with code ${code}` : `was killed by ${signal}`),
        );
      });
    });
    void this.#exited.then((how) => {
      this.#exitedHow = how;
      this.#onExit?.(how);
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Rejects with a ThreadmillError if the variant can't be started. */
  async ready(): Promise<RunnerReady> {
    const limit = setTimeout(() => this.#kill(notReadyAfter(START_LIMIT_MS)), START_LIMIT_MS);
    try {
      const message = await this.#nextMessage(
        (message) => message.type === 'ready' || message.type === 'failed',
      );
      if (typeof message === 'string') throw endedBeforeReady(this.variant, message, this.#outputTail());
      if (message.type === 'failed') throw await couldNotOpen(this.variant, message.error);
      if (message.type !== 'ready') throw new Error(`unexpected message ${message.type}`);
      const { type: _, firstLineNs, ...ready } = message;
      return { ...ready, processStartMs: (firstLineNs - this.#spawnedNs) / NS_PER_MS };
    } finally {
      clearTimeout(limit);
    }
  }

  /**
   * Runs one trial. While it runs nothing is sent for as long as a single job may take; only then is the
   * runner asked whether its event loop still turns, and killed if it does not answer in the same time.
   *
   * @param connected called when the runner's connections are open; the trial begins when it has resolved. It
   *   must not reject.
   */
  async runTrial(place: TrialRequest, connected = async (): Promise<void> => {}): Promise<TrialResult> {
    if (this.#ended) {
      const reason = `${await this.#exited}, between two trials${this.#outputTail()}`;
      return { type: 'lost', loss: { reason, began: false } };
    }
    this.#emptyJournal();
    let unanswered = false;
    const patienceMs = this.#timeoutMs + PING_GRACE_MS;
    const watch = setInterval(() => {
      if (unanswered) this.#kill(`was killed: a job blocked its event loop for more than ${patienceMs} ms`);
      unanswered = true;
      this.#send({ type: 'ping' });
    }, patienceMs);
    try {
      this.#send({ type: 'trial', ...place });
      const message = await this.#nextMessage((message) => {
        unanswered = false;
        if (message.type === 'connected') void connected().then(() => this.#send({ type: 'go' }));
        return message.type === 'trial-done' || message.type === 'failed';
      });
      if (typeof message === 'string') {
        const reason = message + this.#outputTail();
        return { type: 'lost', loss: { reason, began: true } };
      }
      if (message.type === 'trial-done') {
        return { type: 'done', trial: message.trial, trace: message.trace };
      }
      if (message.type === 'failed') {
        const { code, message: text, advice } = message.error;
        return { type: 'failed', code, message: redactText(text), ...(advice !== undefined && { advice }) };
      }
      throw new Error(`unexpected message ${message.type}`);
    } finally {
      clearInterval(watch);
    }
  }

  /** Closes the idle connections of a runner between two trials; resolves when it has, or has ended. */
  async disconnect(): Promise<void> {
    await this.#ask('disconnect', 'disconnected', 'it did not close its connections');
  }

  /** Bytes that its threads hold after a full collection; null if unknown, or if it has ended. */
  async held(): Promise<number | null> {
    const message = await this.#ask('held', 'held', 'it did not collect its garbage');
    return message?.type === 'held' ? message.bytes : null;
  }

  /** Between trials. Resolves to the answer, or null when the runner has ended. @param failure what it did not do in time */
  async #ask(
    type: 'disconnect' | 'held',
    answer: RunnerMessage['type'],
    failure: string,
  ): Promise<RunnerMessage | null> {
    if (this.#ended) return null;
    const limitMs = 2 * (this.#timeoutMs + PING_GRACE_MS);
    const limit = setTimeout(() => this.#kill(`was killed: ${failure} within ${limitMs} ms`), limitMs);
    this.#send({ type });
    const message = await this.#nextMessage((message) => message.type === answer);
    clearTimeout(limit);
    return typeof message === 'string' ? null : message;
  }

  /** Asks the trial in progress to end early; `runTrial` then resolves with what there is. */
  stopTrial(): void {
    this.#send({ type: 'stop' });
  }

  /** Ends the process, gently first. Resolves when it is gone. */
  async close(): Promise<void> {
    if (!this.#ended) this.#send({ type: 'shutdown' });
    const limit = setTimeout(() => this.#kill('did not shut down'), SHUTDOWN_LIMIT_MS);
    await this.#exited;
    clearTimeout(limit);
  }

  kill(): void {
    this.#kill('was killed');
  }

  #kill(reason: string): void {
    this.#killReason ??= reason;
    killGroup(this.#child, 'SIGKILL');
  }

  #send(command: RunnerCommand): void {
    // A runner that has just ended is noticed by its exit, not here.
    if (this.#child.connected) this.#child.send(command, () => {});
  }

  /** The next message that fits, or how the process ended. */
  #nextMessage(fits: (message: RunnerMessage) => boolean): Promise<RunnerMessage | string> {
    return new Promise((resolve) => {
      this.#onMessage = (message) => {
        if (!fits(message)) return;
        this.#onMessage = null;
        this.#onExit = null;
        resolve(message);
      };
      // One listener, put in place anew: on the promise itself one for each trial would pile up.
      this.#onExit = resolve;
      if (this.#exitedHow !== null) resolve(this.#exitedHow);
    });
  }

  /** Of the previous trial. A runner that could not write to its journal has removed it. */
  #emptyJournal(): void {
    try {
      truncateSync(this.#files.journal);
    } catch {}
  }

  /** The end of what it printed: an out-of-memory message, say. */
  #outputTail(): string {
    const text = redactText(readEnd(this.#files.output, OUTPUT_READ).toString('utf8')).trim();
    const lines = text.split('\n');
    // V8's last words or the runner's own; without them, the last error that anybody printed.
    const fatal =
      lines.findLast((line) => /^FATAL ERROR: |^uncaught in /.test(line)) ??
      lines.findLast((line) => /Error:/.test(line));
    return fatal === undefined ? '' : `: ${fatal.trim().slice(0, OUTPUT_QUOTED)}`;
  }
}

function openForWriting(file: string, flags: 'a' | 'w'): number {
  try {
    return openSync(file, flags);
  } catch (thrown) {
    throw outputError(thrown, file);
  }
}
