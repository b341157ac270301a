import type { ChildProcess } from 'node:child_process';
import { ThreadmillError } from '../../core/errors.ts';
import type { Question, ServerMessage, ServerRequest } from './messages.ts';

/** After a polite stop: SIGTERM, then SIGKILL, ms. The server itself gives open responses 1 s. */
const TERMINATE_AFTER_MS = 1500;
const KILL_AFTER_MS = 2000;
const ANSWER_LIMIT_MS = 5000;
const KEPT_STDERR = 4096;

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True: `stop()` had been called. */
  readonly expected: boolean;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

type Answer<Q extends Question> = Extract<ServerMessage, { type: Q }>;

interface Waiting {
  readonly question: Question;
  resolve(answer: Answer<Question>): void;
  reject(error: Error): void;
}

export class ServerChild {
  /** Never rejects. */
  readonly exited: Promise<ServerExit>;
  readonly #child: ChildProcess;
  /** Answers to one question come in the order in which it was asked. */
  #waiting: Waiting[] = [];
  #stderr = '';
  #expected = false;
  #gone = false;
  #stopped: Promise<void> | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR);
    });
    child.on('message', (message: ServerMessage) => {
      if (message.type === 'listening' || message.type === 'failed') return;
      const index = this.#waiting.findIndex(({ question }) => question === message.type);
      if (index >= 0) this.#waiting.splice(index, 1)[0]!.resolve(message);
    });
    this.exited = new Promise((resolve) => {
      const settle = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (this.#gone) return;
        this.#gone = true;
        for (const { reject } of this.#waiting.splice(0)) reject(unreachable('has ended'));
        resolve({ code, signal, expected: this.#expected, stderr: this.#stderr.trim() });
      };
      // 'close' comes after 'exit', with all of stderr read; without a process there is only 'error'.
      child.once('close', settle);
      child.on('error', (error) => {
        this.#stderr += error.message;
        if (child.pid === undefined) settle(null, null);
      });
    });
  }

  /** The first message that is `listening` or `failed`; never settles if neither comes. */
  firstMessage(): Promise<Exclude<ServerMessage, { type: Question }>> {
    return new Promise((resolve) => {
      this.#child.on('message', (message: ServerMessage) => {
        if (message.type === 'listening' || message.type === 'failed') resolve(message);
      });
    });
  }

  /** @throws {ThreadmillError} 'server-unreachable' */
  async ask<Q extends Question>(question: Q): Promise<Answer<Q>> {
    if (this.#gone) throw unreachable('has ended');
    return await new Promise<Answer<Q>>((resolve, reject) => {
      const timer = setTimeout(() => reject(unreachable('does not answer')), ANSWER_LIMIT_MS);
      this.#waiting.push({
        question,
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer as Answer<Q>);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#send({ type: question });
    });
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async kill(): Promise<void> {
    this.#expected = true;
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  async #stop(): Promise<void> {
    if (this.#gone) return;
    this.#expected = true;
    this.#send({ type: 'stop' });
    const terminate = setTimeout(() => this.#child.kill('SIGTERM'), TERMINATE_AFTER_MS);
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS);
    await this.exited;
    clearTimeout(terminate);
    clearTimeout(kill);
  }

  /** A closed channel is no error here: the process is going, and `exited` will say so. */
  #send(message: ServerRequest): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}

function unreachable(what: string): ThreadmillError {
  return new ThreadmillError('server-unreachable', `The embedded API server ${what}.`, {
    advice: 'See logs/server.ndjson in the run folder.',
  });
}
