import { z } from 'zod';
import { DISTRIBUTIONS, MAX_UNIFORM_JITTER } from './latency.ts';

export const LIMITS = {
  latencyMs: 600_000,
  jitter: 10,
  /** Of one request, ms: the server answers nobody else meanwhile, nor its parent. */
  busyMs: 1_000,
  payloadBytes: 1_073_741_824,
  /** Longest request body that is read, bytes; a longer one is answered with 413. */
  requestBytes: 67_108_864,
} as const;

/** What the API server can be told; null leaves each API its own default. */
export const serveOptionsSchema = z
  .strictObject({
    /** 0: whichever port the system gives. */
    port: z.int().min(0).max(65_535),
    host: z.string().min(1),
    seed: z.int().min(0).max(0xffff_ffff),
    /** False: every connection is closed after one response. */
    keepAlive: z.boolean(),
    /** Mean, ms. */
    latencyMs: z.number().min(0).max(LIMITS.latencyMs).nullable(),
    /** Standard deviation ÷ mean. */
    jitter: z.number().min(0).max(LIMITS.jitter).nullable(),
    distribution: z.enum(DISTRIBUTIONS).nullable(),
    payloadBytes: z.int().min(0).max(LIMITS.payloadBytes).nullable(),
  })
  .refine(({ distribution, jitter }) => distribution !== 'uniform' || (jitter ?? 0) <= MAX_UNIFORM_JITTER, {
    path: ['jitter'],
    message: 'a uniform distribution allows at most 0.577: above that it would reach below zero',
  });
export type ServeOptions = z.infer<typeof serveOptionsSchema>;

export const DEFAULT_SERVE_OPTIONS: ServeOptions = {
  port: 0,
  host: '127.0.0.1',
  seed: 1,
  keepAlive: true,
  latencyMs: null,
  jitter: null,
  distribution: null,
  payloadBytes: null,
};
