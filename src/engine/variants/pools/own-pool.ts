import type { Wire } from '../wire.ts';
import type { Pool, PoolSettings } from './pool.ts';

export interface Reply {
  readonly taskId: number;
  readonly result: unknown;
  /** Null if the task resolved. */
  readonly error: unknown;
}

export interface Member {
  readonly id: number;
  /** Throws DataCloneError. */
  post(message: { readonly taskId: number; readonly task: unknown }, transfer: ArrayBuffer | null): void;
  end(): void;
}

export interface MemberEvents {
  ready(): void;
  replied(reply: Reply): void;
  /** Once, when it has ended. */
  gone(why: Error): void;
}

interface Task {
  readonly argument: unknown;
  readonly transfer: ArrayBuffer | null;
  readonly resolve: (value: unknown) => void;
  readonly reject: (thrown: unknown) => void;
}

interface Seat {
  readonly tasks: Map<number, Task>;
  member: Member | null;
  ready: boolean;
}

/** A hand-written queue: first in, first out, to the worker that has the least to do. */
export class OwnPool implements Pool {
  readonly wire: Wire;
  readonly #settings: PoolSettings;
  readonly #open: (events: MemberEvents) => Member;
  readonly #isOver: () => boolean;
  readonly #seats = new Set<Seat>();
  readonly #queue: Task[] = [];
  #lastId = 0;
  #emptied: (() => void) | null = null;

  /** @param isOver whether tasks that still wait for a worker are let go */
  constructor(
    settings: PoolSettings,
    wire: Wire,
    open: (events: MemberEvents) => Member,
    isOver = () => settings.state.stopped,
  ) {
    this.wire = wire;
    this.#isOver = isOver;
    this.#settings = settings;
    this.#open = open;
    for (let i = 0; i < settings.threads; i++) this.#start();
  }

  get live(): number {
    return this.#seats.size;
  }

  workerIds(): number[] {
    return [...this.#seats].map(({ member }) => member!.id);
  }

  run(argument: unknown, transfer: ArrayBuffer | null): Promise<unknown> {
    if (this.#seats.size === 0) return Promise.reject(new Error('no worker is left'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ argument, transfer, resolve, reject });
      this.#feed();
    });
  }

  end(id: number): void {
    for (const { member } of this.#seats) if (member!.id === id) member!.end();
  }

  async destroy(): Promise<void> {
    if (this.#seats.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    for (const { member } of this.#seats) member!.end();
    await emptied;
  }

  #start(): void {
    const seat: Seat = { tasks: new Map(), member: null, ready: false };
    this.#seats.add(seat);
    seat.member = this.#open({
      ready: () => {
        seat.ready = true;
        this.#feed();
      },
      replied: ({ taskId, result, error }) => {
        const task = seat.tasks.get(taskId);
        seat.tasks.delete(taskId);
        if (error === null) task?.resolve(result);
        else task?.reject(error);
        this.#feed();
      },
      gone: (why) => this.#lose(seat, why),
    });
  }

  #lose(seat: Seat, why: Error): void {
    this.#seats.delete(seat);
    for (const task of seat.tasks.values()) task.reject(why);
    if (this.#emptied !== null) {
      if (this.#seats.size === 0) this.#emptied();
      return;
    }
    if (seat.ready) this.#start();
    if (this.#seats.size === 0) for (const task of this.#queue.splice(0)) task.reject(why);
    this.#settings.onGone();
  }

  #feed(): void {
    while (this.#queue.length > 0) {
      const seat = this.#leastBusy();
      if (seat === null) return;
      const task = this.#queue.shift()!;
      if (this.#isOver()) {
        task.resolve(undefined);
        continue;
      }
      const taskId = ++this.#lastId;
      try {
        seat.member!.post({ taskId, task: task.argument }, task.transfer);
        seat.tasks.set(taskId, task);
      } catch (thrown) {
        task.reject(thrown);
      }
    }
  }

  #leastBusy(): Seat | null {
    let least: Seat | null = null;
    let tasks = this.#settings.tasksPerThread;
    for (const seat of this.#seats) {
      if (!seat.ready || seat.tasks.size >= tasks) continue;
      least = seat;
      tasks = seat.tasks.size;
    }
    return least;
  }
}

/** The other side: runs each task that arrives, and posts what becomes of it. */
export function serveTasks(
  run: (task: never) => unknown,
  post: (reply: Reply, task: unknown) => void,
): (message: { readonly taskId: number; readonly task: unknown }) => Promise<void> {
  return async ({ taskId, task }) => {
    try {
      post({ taskId, result: await run(task as never), error: null }, task);
    } catch (error) {
      post({ taskId, result: null, error }, task);
    }
  };
}
