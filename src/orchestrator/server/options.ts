import { z } from 'zod';
import { faultsSchema } from '../../core/faults.ts';
import { LIMITS } from '../../core/limits.ts';
import { DISTRIBUTIONS, MAX_UNIFORM_JITTER } from './latency.ts';

/** Of what a client may ask of the server, beside what it may ask of Threadmill. */
export const SERVER_LIMITS = {
  /** Of one request, ms: the server answers nobody else meanwhile, nor its parent. */
  busyMs: 1_000,
  /** Longest request body that is read, bytes; a longer one is answered with 413. */
  requestBytes: 67_108_864,
} as const;

/** What the API server can be told; null leaves each API its own default. */
export const serveOptionsSchema = z
  .strictObject({
    /** 0: whichever port the system gives. */
    port: z.int().min(0).max(65_535),
    host: z.string().min(1),
    seed: z.int().min(0).max(LIMITS.seed),
    /** False: every connection is closed after one response. */
    keepAlive: z.boolean(),
    /** TLS with a certificate of its own, and HTTP/2 beside HTTP/1.1. */
    tls: z.boolean(),
    /** Mean, ms. */
    latencyMs: z.number().min(0).max(LIMITS.responseMs).nullable(),
    /** Standard deviation ÷ mean. */
    jitter: z.number().min(0).max(LIMITS.jitter).nullable(),
    distribution: z.enum(DISTRIBUTIONS).nullable(),
    payloadBytes: z.int().min(0).max(LIMITS.payloadBytes).nullable(),
    faults: faultsSchema,
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
  tls: false,
  latencyMs: null,
  jitter: null,
  distribution: null,
  payloadBytes: null,
  faults: [],
};
