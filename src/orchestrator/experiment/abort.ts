import { ThreadmillError } from '../../core/errors.ts';
import { STOPPED } from '../../core/outcomes.ts';
import type { RunnerProcess, TrialRequest, TrialResult } from './runner-process.ts';

export function abortedError(): ThreadmillError {
  return new ThreadmillError('aborted', STOPPED);
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortedError();
}

/** Settles as the promise does, or rejects with 'aborted' as soon as the signal fires. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortedError());
    if (signal.aborted) {
      onAbort();
      promise.catch(() => {});
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Time limit for a stopped trial to report how far it came. */
const STOP_LIMIT_MS = 1_500;

/** Runs a trial. An abort asks the runner how far the trial came, and kills it if it does not answer in time. */
export async function runUntilStopped(
  runner: RunnerProcess,
  signal: AbortSignal,
  place: TrialRequest,
  connected?: () => Promise<void>,
): Promise<TrialResult> {
  throwIfAborted(signal);
  let limit: NodeJS.Timeout | undefined;
  const onAbort = () => {
    runner.stopTrial();
    limit = setTimeout(() => runner.kill(), STOP_LIMIT_MS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await runner.runTrial(place, connected);
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', onAbort);
  }
}
