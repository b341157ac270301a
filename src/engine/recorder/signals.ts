import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { isListened, noteListened } from './control.ts';

/** By default they end a process. Not SIGQUIT, which also writes a core dump of the moment. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Ending = (typeof ENDING)[number];

/** What Node has for each signal that a program listens for. */
interface SignalHandle {
  onsignal: () => void;
  start(signal: number): number;
  unref(): void;
  close(): void;
}
interface Bindings {
  internalBinding(name: 'signal_wrap'): { readonly Signal: new () => SignalHandle };
}

/** @param signal as `process.kill` takes it */
export function endingSignal(signal: string | number): Ending | undefined {
  return ENDING.find((name) => signal === name || signal === constants.signals[name]);
}

/** In the main thread: notes each signal that the program listens for, once and for all. */
export function noteListeners(control: Int32Array): () => void {
  const note = (event: string | symbol): void => {
    const index = (ENDING as readonly (string | symbol)[]).indexOf(event);
    if (index >= 0) noteListened(control, index);
  };
  for (const event of process.eventNames()) note(event);
  process.on('newListener', note);
  return () => process.off('newListener', note);
}

export interface HeldSignals {
  /** Of signals that the program has listened for since: with or without a listener, it gets them as ever. */
  releaseListened(): void;
  /** They end the process at once again. */
  release(): void;
}

/**
 * Holds signals that would end the process, until what was recorded is written. Node lets only the main thread listen,
 * and tells it when its event loop is free; libuv, beneath, tells any thread at once. Throws without --expose-internals.
 */
export function holdSignals(control: Int32Array, prepare: () => Promise<void>): HeldSignals {
  const { internalBinding } = createRequire(__filename)('internal/test/binding') as Bindings;
  const { Signal } = internalBinding('signal_wrap');
  const handles = new Map<number, SignalHandle>();
  const release = (index: number): void => {
    handles.get(index)?.close();
    handles.delete(index);
  };
  for (const [index, name] of ENDING.entries()) {
    const handle = new Signal();
    handle.unref();
    handle.onsignal = () => {
      if (isListened(control, index)) return;
      void prepare().then(() => {
        release(index);
        process.kill(process.pid, name);
      });
    };
    handle.start(constants.signals[name]);
    handles.set(index, handle);
  }
  return {
    releaseListened() {
      for (const index of handles.keys()) if (isListened(control, index)) release(index);
    },
    release() {
      for (const index of handles.keys()) release(index);
    },
  };
}
