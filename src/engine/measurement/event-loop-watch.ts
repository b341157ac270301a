import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { NS_PER_MS } from '../../core/units.ts';

interface EventLoopUsage {
  /** Time in which the loop was not waiting for events, ms. */
  readonly activeMs: number;
  /** How late the loop came to a timer, ms; null if no timer of the watch was due in the span. */
  readonly delayMs: { readonly mean: number; readonly p99: number; readonly max: number } | null;
}

/** Interval of the watch's timer, ms: 100 a second cost well under 0.1% of CPU. */
const RESOLUTION_MS = 10;

export class EventLoopWatch {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #activeBefore = 0;

  reset(): void {
    this.#delay.enable();
    this.#delay.reset();
    this.#activeBefore = performance.eventLoopUtilization().active;
  }

  /** Ends the span. Outside a span no timer wakes an idle thread. */
  read(): EventLoopUsage {
    const activeMs = performance.eventLoopUtilization().active - this.#activeBefore;
    this.#delay.disable();
    return { activeMs, delayMs: summariseDelay(this.#delay) };
  }
}

/** The histogram holds the time between two timers, ns. The resolution, which it is when nothing is late, is taken off. */
export function summariseDelay(
  histogram: Pick<IntervalHistogram, 'count' | 'mean' | 'max' | 'percentile'>,
): EventLoopUsage['delayMs'] {
  if (histogram.count === 0) return null;
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / NS_PER_MS - RESOLUTION_MS);
  return { mean: late(histogram.mean), p99: late(histogram.percentile(99)), max: late(histogram.max) };
}
