import type { Fault } from '../../core/faults.ts';
import type { Distribution } from './latency.ts';

/** Of what a client may ask of the server, beside what it may ask of Threadmill. */
export const SERVER_LIMITS = {
  /** Of one request, ms: the server answers nobody else meanwhile, nor its parent. */
  busyMs: 1_000,
  /** Longest request body that is read, bytes; a longer one is answered with 413. */
  requestBytes: 67_108_864,
} as const;

/** What the API server can be told; null leaves each API its own default. */
export interface ServeOptions {
  /** 0: whichever port the system gives. */
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  /** False: every connection is closed after one response. */
  readonly keepAlive: boolean;
  /** TLS with a certificate of its own, and HTTP/2 beside HTTP/1.1. */
  readonly tls: boolean;
  /** Mean, ms. */
  readonly latencyMs: number | null;
  /** Standard deviation ÷ mean. */
  readonly jitter: number | null;
  readonly distribution: Distribution | null;
  readonly payloadBytes: number | null;
  readonly faults: readonly Fault[];
}

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
