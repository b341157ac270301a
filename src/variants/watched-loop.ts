import type { Clock } from '../measurement/clock.ts';
import type { LoopWatch } from '../measurement/loop-watch.ts';

/** Watches the event loop of this thread from now on. Loaded by the first block that wants it, and not before. */
export async function watchedLoop(clock: Clock): Promise<LoopWatch> {
  const { LoopWatch } = await import('../measurement/loop-watch.ts');
  return new LoopWatch(clock);
}
