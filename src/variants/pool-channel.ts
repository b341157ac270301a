import type { ErrorData } from '../errors.ts';
import type { ChannelMessage, Command } from './thread-channel.ts';

export interface Answer<T> {
  readonly thread: number;
  readonly value: T;
}

interface Question {
  readonly waiting: Set<number>;
  readonly answers: Answer<unknown>[];
  readonly resolve: (answers: Answer<unknown>[]) => void;
  readonly reject: (thrown: unknown) => void;
}

let channels = 0;

/**
 * The main thread's line to every thread of a pool, apart from Piscina's own messages. A question goes to all
 * and is answered by those that are alive: a thread that dies meanwhile is no longer waited for.
 */
export class PoolChannel {
  readonly name = `threadmill-${process.pid}-${++channels}`;
  onFailed: ((error: ErrorData) => void) | null = null;
  readonly #channel = new BroadcastChannel(this.name);
  readonly #threadIds = new Map<number, number>();
  readonly #questions = new Map<number, Question>();
  #lastQuestion = 0;
  #hello: (() => void) | null = null;

  constructor() {
    this.#channel.onmessage = (event: unknown) => this.#receive((event as { data: ChannelMessage }).data);
  }

  /** Resolves when this many threads have said hello. */
  hellos(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#hello = () => {
        if (this.#threadIds.size >= count) resolve();
      };
      this.#hello();
    });
  }

  threadIdOf(thread: number): number | undefined {
    return this.#threadIds.get(thread);
  }

  /** Asks the threads with these ids; rejects if one of them refuses. */
  ask<T>(command: Command, threadIds: readonly number[]): Promise<Answer<T>[]> {
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
        answers: [],
        resolve: resolve as (answers: Answer<unknown>[]) => void,
        reject,
      });
      this.#channel.postMessage({ kind: 'ask', id, command } satisfies ChannelMessage);
    });
  }

  /** Stops waiting for threads that are not among the living. */
  forget(living: readonly number[]): void {
    for (const [id, question] of this.#questions) {
      for (const threadId of question.waiting) {
        if (!living.includes(threadId)) question.waiting.delete(threadId);
      }
      this.#finish(id, question);
    }
  }

  close(): void {
    this.#channel.close();
  }

  #receive(message: ChannelMessage): void {
    switch (message.kind) {
      case 'hello':
        this.#threadIds.set(message.thread, message.threadId);
        this.#hello?.();
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
        this.#questions.get(message.id)?.reject(new Error(message.error.message));
        this.#questions.delete(message.id);
        return;
      }
      case 'ask':
        return;
    }
  }

  #finish(id: number, question: Question): void {
    if (question.waiting.size > 0) return;
    this.#questions.delete(id);
    question.resolve(question.answers);
  }
}
