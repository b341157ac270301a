import { Random } from './random.ts';

export const DISTRIBUTIONS = ['fixed', 'uniform', 'log-normal'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

export interface LatencyModel {
  readonly distribution: Distribution;
  /** Arithmetic mean, ms, 0 or more. */
  readonly meanMs: number;
  /** Coefficient of variation: standard deviation ÷ mean. 0 is fixed; `fixed` takes no notice of it. */
  readonly jitter: number;
}

/** The uniform distribution of a mean m and a larger variation would have to begin below zero. */
export const MAX_UNIFORM_JITTER = 1 / Math.sqrt(3);

/** The far tail of a wide distribution is cut here, ms: a longer one would overflow a timer into 1 ms. */
const MAX_LATENCY_MS = 3_600_000;

/**
 * The latency of the request with this hash, ms: the same hash, the same latency.
 *
 * - fixed: m.
 * - uniform on [m − h, m + h]. The standard deviation of a uniform distribution of width 2h is h/√3 (Johnson,
 *   Kotz, Balakrishnan, "Continuous Univariate Distributions" vol. 2, ch. 26), so h = √3·c·m for variation c.
 * - log-normal, exp(μ + σZ): from mean = exp(μ + σ²/2) and variance = (exp(σ²) − 1)·mean² (same work, vol. 1,
 *   ch. 14) follow σ² = ln(1 + c²) and μ = ln m − σ²/2. Z is standard normal by Box and Muller, "A note on the
 *   generation of random normal deviates" (1958): √(−2 ln U₁)·cos(2πU₂).
 */
export function drawLatencyMs(model: LatencyModel, hash: number): number {
  const { distribution, meanMs, jitter } = model;
  if (meanMs === 0 || jitter === 0 || distribution === 'fixed') return meanMs;
  const random = new Random(hash);
  if (distribution === 'uniform') {
    const half = Math.sqrt(3) * jitter * meanMs;
    return Math.min(MAX_LATENCY_MS, Math.max(0, meanMs + half * (2 * random.next() - 1)));
  }
  const variance = Math.log1p(jitter * jitter);
  // 1 − U lies in (0, 1]: its logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  const normal = radius * Math.cos(2 * Math.PI * random.next());
  const latencyMs = Math.exp(Math.log(meanMs) - variance / 2 + Math.sqrt(variance) * normal);
  return Math.min(MAX_LATENCY_MS, latencyMs);
}

/** Whole ms for setTimeout; 0: no timer. Timers were measured 0.3 to 1.2 ms late; finer would need spinning. */
export function timerMs(latencyMs: number): number {
  return Math.round(latencyMs);
}
