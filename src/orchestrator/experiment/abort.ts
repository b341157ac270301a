import { ThreadmillError } from '../../core/errors.ts';
import { STOPPED } from '../../core/outcomes.ts';

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
