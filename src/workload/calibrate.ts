import { US_PER_MS } from '../core/units.ts';

/** Long enough for the optimising compiler to have done its part, short enough not to be noticed. */
const WARM_ITERATIONS = 2_000_000;
const SAMPLE_ITERATIONS = 5_000_000;
const SAMPLES = 10;

/**
 * Iterations of the reference loop per ms of CPU: the fastest of several samples. `--cpu` becomes a fixed number of
 * iterations, once per run: spinning by the clock would count time without a core as work. It takes process CPU time.
 */
export function calibrateIterationsPerMs(): number {
  let kept = referenceLoop(1, WARM_ITERATIONS);
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const startedAt = cpuTimeMs();
    kept ^= referenceLoop(sample, SAMPLE_ITERATIONS);
    fastestMs = Math.min(fastestMs, cpuTimeMs() - startedAt);
  }
  // `kept` is used, so that the loop can't be optimised away.
  return kept === 0.5 ? 0 : SAMPLE_ITERATIONS / fastestMs;
}

/** Of this process; on Windows, which counts it in steps as long as a sample, time by the clock. */
function cpuTimeMs(): number {
  if (process.platform === 'win32') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / US_PER_MS;
}

/**
 * Xorshift32 (Marsaglia, "Xorshift RNGs", 2003): registers only, so equally fast in every thread.
 * examples/four-apis.ts has it, too.
 */
export function referenceLoop(seed: number, iterations: number): number {
  let state = seed | 1;
  for (let i = 0; i < iterations; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
