import { ChildProcess } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { CONFIG_VARIABLE, nodeOptions, type RecorderConfig } from './config.ts';
import { ALL_THREADS, requestFlush } from './control.ts';
import { endingSignal } from './signals.ts';

const TERMINATE_MS = 500;
const OWN_END_MS = 1_500;

/** Children with their own environment are recorded as well, except those of `spawnSync`. */
export function recordChildren(config: RecorderConfig): void {
  const prototype = ChildProcess.prototype as unknown as { spawn(options: { envPairs?: unknown }): unknown };
  const original = prototype.spawn;
  const settings = JSON.stringify(config);
  prototype.spawn = function spawn(options) {
    if (Array.isArray(options?.envPairs)) addTo(options.envPairs, config.preload, settings);
    return Reflect.apply(original, this, [options]);
  };
}

/** @param pairs `NAME=value` */
function addTo(pairs: string[], preload: string, settings: string): void {
  const place = (name: string): number => pairs.findIndex((pair) => pair.startsWith(`${name}=`));
  if (place(CONFIG_VARIABLE) < 0) pairs.push(`${CONFIG_VARIABLE}=${settings}`);
  const at = place('NODE_OPTIONS');
  const given = at < 0 ? undefined : pairs[at]!.slice('NODE_OPTIONS='.length);
  const wanted = `NODE_OPTIONS=${nodeOptions(preload, given)}`;
  if (at < 0) pairs.push(wanted);
  else pairs[at] = wanted;
}

type Undo = () => void;

/** A worker stuck in a loop cannot write its samples: the controller writes them before it ends. */
export function flushBeforeTerminate(control: Int32Array, controller: Worker | null): Undo {
  const { prototype } = Worker;
  const original = prototype.terminate;
  const flushed: typeof original = function terminate(this: Worker, ...given) {
    if (this !== controller && this.threadId > 0) requestFlush(control, this.threadId, TERMINATE_MS);
    return Reflect.apply(original, this, given);
  };
  prototype.terminate = flushed;
  return () => {
    // Other code may have wrapped it since.
    if (prototype.terminate === flushed) prototype.terminate = original;
  };
}

/** A process that ends itself with a signal goes no further than that: the controller would be too late. */
export function flushBeforeOwnEnd(control: Int32Array): Undo {
  const original = process.kill;
  const flushed: typeof original = (pid, signal = 'SIGTERM') => {
    const ending = pid === process.pid ? endingSignal(signal) : undefined;
    if (ending !== undefined && process.listenerCount(ending) === 0) {
      requestFlush(control, ALL_THREADS, OWN_END_MS);
    }
    return original.call(process, pid, signal);
  };
  process.kill = flushed;
  return () => {
    if (process.kill === flushed) process.kill = original;
  };
}

/**
 * V8 gives Atomics.wait no frame of its own, so that a thread that waits there looks busy in the function that called
 * it. A wrapper function gives it one, which readers of the samples take as idle.
 * @param waits called with true before each wait, and with false after it
 */
export function nameAtomicsWait(waits: (areOn: boolean) => void): Undo {
  const original = Atomics.wait;
  // A method keeps its name when it is bundled.
  const { wait } = {
    wait(...given: Parameters<typeof original>) {
      waits(true);
      try {
        return original(...given);
      } finally {
        waits(false);
      }
    },
  };
  const put = (value: unknown): void => {
    Object.defineProperty(Atomics, 'wait', { value, writable: true, configurable: true });
  };
  put(wait);
  return () => {
    if ((Atomics.wait as unknown) === wait) put(original);
  };
}
