import { stat } from 'node:fs';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { PoolLine } from '../../core/documents/recorder-lines.ts';

const PROBE_MS = 100;

/**
 * Repeatedly gives libuv's pool, which all threads share, a trivial task. Only the time that this thread has
 * nothing else to do counts as waiting.
 * @returns what it came to since the last call
 */
export function watchUvPool(hasEnded: () => boolean): () => Omit<PoolLine, 'k'> {
  let sinceMs = performance.now();
  let waitMs = 0;
  let longestMs = 0;
  let asked: EventLoopUtilization | null = null;
  let counted = 0;
  const count = (): void => {
    if (asked === null) return;
    const waited = performance.eventLoopUtilization(asked).idle;
    waitMs += waited - counted;
    counted = waited;
    longestMs = Math.max(longestMs, waited);
  };
  const ask = (): void => {
    if (hasEnded()) return;
    asked = performance.eventLoopUtilization();
    counted = 0;
    stat('/', () => {
      count();
      asked = null;
      setTimeout(ask, PROBE_MS);
    });
  };
  ask();
  return () => {
    count();
    const now = performance.now();
    const found = { watchedMs: now - sinceMs, waitMs, longestMs };
    sinceMs = now;
    waitMs = 0;
    longestMs = 0;
    return found;
  };
}
