import { SIGNAL_EXITS, ThreadmillError } from '../core/errors.ts';

type StopSignal = keyof typeof SIGNAL_EXITS;

/** `npx` and `make` pass on a Ctrl+C that the terminal has sent already; nobody means two within this time. */
const SAME_PRESS_MS = 100;

export interface StopSignals {
  /** Aborts with the signal's name as its reason. */
  readonly signal: AbortSignal;
  exitCode(): number | null;
  dispose(): void;
}

/** The first signal asks for an orderly stop, the second ends all at once. */
export function listenForSignals(onStop: () => void): StopSignals {
  const controller = new AbortController();
  let firstAt = 0;
  let code: number | null = null;

  const stop = (name: StopSignal): void => {
    const now = performance.now();
    if (code === null) {
      firstAt = now;
      code = SIGNAL_EXITS[name];
      controller.abort(name);
      onStop();
    } else if (now - firstAt > SAME_PRESS_MS) {
      process.exit(SIGNAL_EXITS[name]);
    }
  };
  const listeners = {
    SIGINT: () => stop('SIGINT'),
    SIGTERM: () => stop('SIGTERM'),
    SIGHUP: () => stop('SIGHUP'),
  } as const;
  for (const [name, listener] of Object.entries(listeners)) process.on(name, listener);

  return {
    signal: controller.signal,
    exitCode: () => code,
    dispose() {
      for (const [name, listener] of Object.entries(listeners)) process.off(name, listener);
    },
  };
}

/** What to throw in place of what came of a stop, where there is nothing to keep; anything else goes on as it is. */
export function orStopped(thrown: unknown, stop: StopSignals): unknown {
  const exitCode = stop.exitCode();
  if (exitCode === null) return thrown;
  return new ThreadmillError('aborted', 'stopped before anything was measured', { exitCode, cause: thrown });
}
