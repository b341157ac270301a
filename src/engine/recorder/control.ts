import { nowUs } from './config.ts';

/** How threads reach their controller: by shared memory, because the requesting thread blocks its event loop. */
const STATE = 0;
const HEAD = 1;
/** One bit for each signal. */
const LISTENED = 2;
/** Of each request: the thread + 1, 0 if the slot is free; and how many of its requests are answered. */
const FIRST_SLOT = 3;
const END_SLOT = FIRST_SLOT + 2 * 64;

/** Ask for every thread, at the end of the process. */
export const ALL_THREADS = -2;

const STARTING = 0;
export const RUNNING = 1;
export const ENDED = 2;

// The program may replace or count Atomics.wait; the recorder itself does.
const { wait, waitAsync, load, store, add, compareExchange, or, notify } = Atomics as typeof Atomics & {
  waitAsync(
    array: Int32Array,
    index: number,
    value: number,
  ): { readonly async: boolean; readonly value: string | Promise<string> };
};

export function newControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * END_SLOT));
}

export function setState(control: Int32Array, state: number): void {
  store(control, STATE, state);
  notify(control, STATE);
  if (state === ENDED) notify(control, HEAD);
}

export function stateOf(control: Int32Array): number {
  return load(control, STATE);
}

/** The program has a listener for the signal, or had one. */
export function noteListened(control: Int32Array, signal: number): void {
  or(control, LISTENED, 1 << signal);
}

export function isListened(control: Int32Array, signal: number): boolean {
  return (load(control, LISTENED) & (1 << signal)) !== 0;
}

/** Blocks until the controller is no longer starting. */
export function awaitStart(control: Int32Array, timeoutMs: number): boolean {
  return awaitChange(control, STATE, STARTING, timeoutMs);
}

/** Makes the controller write the samples of a thread, or of all; blocks until it has. False: no answer in time, or no free slot. */
export function requestFlush(control: Int32Array, thread: number, timeoutMs: number): boolean {
  if (load(control, STATE) !== RUNNING) return false;
  for (let slot = FIRST_SLOT; slot < END_SLOT; slot += 2) {
    const answered = load(control, slot + 1);
    if (compareExchange(control, slot, 0, thread + 1) !== 0) continue;
    add(control, HEAD, 1);
    notify(control, HEAD);
    return awaitChange(control, slot + 1, answered, timeoutMs);
  }
  return false;
}

/** Calls `serve` for each request until the end; the requesting thread continues when its promise settles. */
export async function serveFlushes(
  control: Int32Array,
  serve: (thread: number) => Promise<void>,
): Promise<void> {
  const serving = new Set<number>();
  for (;;) {
    const head = load(control, HEAD);
    for (let slot = FIRST_SLOT; slot < END_SLOT; slot += 2) {
      const asked = load(control, slot);
      if (asked === 0 || serving.has(slot)) continue;
      serving.add(slot);
      const answer = (): void => {
        serving.delete(slot);
        store(control, slot, 0);
        add(control, slot + 1, 1);
        notify(control, slot + 1);
      };
      serve(asked - 1).then(answer, answer);
    }
    while (load(control, HEAD) === head) {
      const changed = waitAsync(control, HEAD, head);
      if (changed.async) await changed.value;
      if (load(control, STATE) === ENDED) return;
    }
  }
}

function awaitChange(control: Int32Array, index: number, value: number, timeoutMs: number): boolean {
  const endUs = nowUs() + timeoutMs * 1_000;
  while (load(control, index) === value && nowUs() < endUs) {
    // In short pieces: the inspector is served between them, and the controller needs it of this very thread.
    wait(control, index, value, 1);
    if (load(control, STATE) === ENDED) break;
  }
  return load(control, index) !== value;
}
