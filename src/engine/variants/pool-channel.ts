import { type ErrorData, ThreadmillError } from '../../core/errors.ts';
import type { ChannelMessage, Command } from './thread-channel.ts';

export interface Answer<T> {
  readonly thread: number;
  readonly value: T;
}

/** What to do about threads that have not answered in time; they are waited for all the same. */
interface Patience {
  readonly ms: number;
  late(threadIds: readonly number[]): void;
}

/** Loading of a thread that replaces another. */
export const REPLACEMENT_LIMIT_MS = 10_000;
/** V8 may take its time to put a long profile together. */
export const PROFILE_LIMIT_MS = 60_000;
export const CLOSE_LIMIT_MS = 1_000;
/** Longest delay of a timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The error of a worker that failed to load. */
export function workloadFailure({ code, message, advice, stack }: ErrorData): ThreadmillError {
  const failure = new ThreadmillError('workload-threw', message, advice === undefined ? {} : { advice });
  return Object.assign(failure, { code, stack: stack ?? failure.stack });
}

interface Question {
  readonly waiting: Set<number>;
  readonly limit: NodeJS.Timeout;
  readonly answers: Answer<unknown>[];
  readonly resolve: (answers: Answer<unknown>[]) => void;
  readonly reject: (thrown: unknown) => void;
}

let channels = 0;

/**
 * The main thread's line to every thread of a pool, apart from the messages of its tasks. A question goes to all
 * and is answered by those that are alive: a thread that dies meanwhile is no longer waited for.
 */
export class PoolChannel {
  readonly name = `threadmill-${process.pid}-${++channels}`;
  onFailed: ((error: ErrorData) => void) | null = null;
  /** To every thread; a pool of processes has another. */
  post = (message: ChannelMessage): void => this.#channel.postMessage(message);
  readonly #channel = new BroadcastChannel(this.name);
  readonly #threadIds = new Map<number, number>();
  /** Ids of all threads that have said hello, also of those that are gone. */
  readonly greeted = new Set<number>();
  readonly #questions = new Map<number, Question>();
  #lastQuestion = 0;
  #checkPresent: (() => void) | null = null;

  constructor() {
    this.#channel.onmessage = (event: unknown) => this.receive((event as { data: ChannelMessage }).data);
  }

  /**
   * Resolves when as many threads as expected have said hello and are alive; asks again at each change.
   * @param limitMs resolves then in any case
   */
  present(expected: () => number, limitMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const limit = limitMs === undefined ? undefined : setTimeout(resolve, limitMs);
      this.#checkPresent = () => {
        if (this.#threadIds.size < expected()) return;
        clearTimeout(limit);
        resolve();
      };
      this.#checkPresent();
    });
  }

  threadIdOf(thread: number): number | undefined {
    return this.#threadIds.get(thread);
  }

  /** Asks the threads with these ids; rejects if one of them refuses. */
  ask<T>(command: Command, threadIds: readonly number[], patience: Patience): Promise<Answer<T>[]> {
    // A replacement that is still loading could not answer yet.
    const loaded = new Set(this.#threadIds.values());
    const waiting = new Set(threadIds.filter((id) => loaded.has(id)));
    const id = ++this.#lastQuestion;
    return new Promise((resolve, reject) => {
      if (waiting.size === 0) {
        resolve([]);
        return;
      }
      this.#questions.set(id, {
        waiting,
        limit: setTimeout(() => patience.late([...waiting]), Math.min(patience.ms, MAX_TIMER_MS)),
        answers: [],
        resolve: resolve as (answers: Answer<unknown>[]) => void,
        reject,
      });
      this.post({ kind: 'ask', id, command });
    });
  }

  /** Stops waiting for threads that are not among the living. Returns the numbers of those that are newly gone. */
  forget(living: readonly number[]): number[] {
    const gone: number[] = [];
    for (const [thread, threadId] of this.#threadIds) {
      if (living.includes(threadId)) continue;
      this.#threadIds.delete(thread);
      gone.push(thread);
    }
    for (const [id, question] of this.#questions) {
      for (const threadId of question.waiting) {
        if (!living.includes(threadId)) question.waiting.delete(threadId);
      }
      this.#finish(id, question);
    }
    this.#checkPresent?.();
    return gone;
  }

  close(): void {
    for (const { limit } of this.#questions.values()) clearTimeout(limit);
    this.#channel.close();
  }

  receive(message: ChannelMessage): void {
    switch (message.kind) {
      case 'hello':
        this.#threadIds.set(message.thread, message.threadId);
        this.greeted.add(message.threadId);
        this.#checkPresent?.();
        return;
      case 'failed':
        this.onFailed?.(message.error);
        return;
      case 'answer': {
        const question = this.#questions.get(message.id);
        if (question === undefined || !question.waiting.delete(message.threadId)) return;
        question.answers.push({ thread: message.thread, value: message.value });
        this.#finish(message.id, question);
        return;
      }
      case 'refused': {
        const question = this.#questions.get(message.id);
        if (question === undefined) return;
        this.#questions.delete(message.id);
        clearTimeout(question.limit);
        question.reject(new Error(message.error.message));
        return;
      }
      case 'ask':
      case 'stop':
        return;
    }
  }

  #finish(id: number, question: Question): void {
    if (question.waiting.size > 0) return;
    this.#questions.delete(id);
    clearTimeout(question.limit);
    question.resolve(question.answers);
  }
}
