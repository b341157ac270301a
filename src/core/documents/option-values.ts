import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { wholeWithin, within } from './numbers.ts';

const { precision, rate } = LIMITS;

/** What options can be, wherever it is written down: in a request, in the spec of a run, in the definition of a sweep. */
export const OPTION_VALUES = {
  jobs: wholeWithin(1, LIMITS.jobs),
  concurrency: wholeWithin(1, LIMITS.concurrency),
  workers: wholeWithin(1, LIMITS.workers),
  variants: z.array(z.enum(VARIANT_NAMES)).min(1).max(VARIANT_NAMES.length),
  rounds: wholeWithin(1, LIMITS.rounds),
  /** Half-width of the interval to reach, as a share of the ratio: 0.02 is ±2%. */
  precision: within(precision.least, precision.most),
  maxTimeMs: within(1, LIMITS.timeMs),
  leastRounds: wholeWithin(1, LIMITS.leastRounds),
  /** Jobs a second. */
  rate: within(rate.least, rate.most),
  warmup: wholeWithin(0, LIMITS.warmup),
  seed: wholeWithin(0, LIMITS.seed),
  timeoutMs: within(1, LIMITS.timeMs),
  latencyMs: within(0, LIMITS.responseMs),
  jitter: within(0, LIMITS.jitter),
  cpuMs: within(0, LIMITS.responseMs),
  payloadBytes: wholeWithin(0, LIMITS.payloadBytes),
} as const;
