/** Long enough for the optimising compiler to have done its part, short enough not to be noticed. */
const WARM_ITERATIONS = 2_000_000;
const SAMPLE_ITERATIONS = 5_000_000;
const SAMPLES = 5;

/**
 * Iterations of the reference loop per millisecond on this machine, idle: the fastest of several samples,
 * because whatever disturbs one only makes it slower. `--cpu` is turned into a fixed number of iterations
 * with it, once for a run: spinning until a clock says so would count time in which the thread did not even
 * have a core as work done.
 */
export function calibrateIterationsPerMs(): number {
  const body = new Uint8Array(4096).fill(120);
  let kept = referenceLoop(body, WARM_ITERATIONS);
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const startedAt = performance.now();
    kept ^= referenceLoop(body, SAMPLE_ITERATIONS);
    fastestMs = Math.min(fastestMs, performance.now() - startedAt);
  }
  // `kept` is used, so that the loop can't be optimised away.
  return kept === -1 ? 0 : SAMPLE_ITERATIONS / fastestMs;
}

/** FNV-1a over a body again and again; examples/four-apis.ts runs the same loop on its responses. */
function referenceLoop(body: Uint8Array, iterations: number): number {
  let hash = 0x811c9dc5;
  const length = Math.max(1, body.length);
  for (let i = 0; i < iterations; i++) {
    hash = Math.imul(hash ^ (body[i % length] ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
