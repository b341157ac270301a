import { resolve } from 'node:path';
import type { Gate } from '../analysis/gates/parse-gate.ts';
import type { CaptureName } from '../core/captures.ts';
import type { ExperimentRequest } from '../core/documents/request.ts';
import type { Load } from '../core/documents/spec.ts';
import { ARRIVALS, type Arrivals } from '../core/documents/spec.ts';
import { ThreadmillError } from '../core/errors.ts';
import { redactArguments, redactText } from '../core/redaction.ts';
import type { VariantName } from '../core/variants.ts';
import { type GivenAgainst, toAgainst, withGate } from './against-options.ts';
import type { JudgingOptions } from './judging.ts';
import { type GivenOutput, type OutputOptions, toOutput } from './output.ts';
import { AGAINST_MAX_TIME_MS, DEFAULT_MAX_TIME_MS } from './run-options.ts';

/** How a run is shown while it goes on and at its end. */
export interface DisplayOptions extends OutputOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** What commander makes of the options in run-options.ts; a flag that was not given is not there. */
export interface RunOptions
  extends GivenOutput,
    GivenAgainst,
    Partial<Pick<DisplayOptions, 'quiet' | 'verbose'>> {
  readonly workload?: string;
  readonly jobs?: number;
  readonly concurrency?: number;
  readonly workers?: number;
  readonly variants: VariantName[];
  readonly rounds: number | null;
  readonly precision: number;
  readonly maxTime?: number;
  readonly aa?: boolean;
  readonly trace: boolean;
  readonly warmup: number;
  readonly rate?: number;
  readonly arrivals?: Arrivals;
  readonly rateLimit?: number;
  readonly baseline?: string;
  readonly failIf: Gate[];
  readonly seed: number;
  readonly timeout: number;
  readonly out: string;
  readonly url?: string;
  readonly latency?: number;
  readonly jitter: number;
  readonly cpu: number;
  readonly payload?: number;
  readonly keepAlive: boolean;
  readonly captures?: CaptureName[];
}

export function toDisplayOptions({
  quiet,
  verbose,
  ...output
}: GivenOutput & Partial<Pick<DisplayOptions, 'quiet' | 'verbose'>>): DisplayOptions {
  return { ...toOutput(output), quiet: quiet === true, verbose: verbose === true };
}

export function toJudging(options: RunOptions): JudgingOptions {
  const { failIf, baseline } = options;
  const gates = toAgainst(options) === null ? failIf : withGate(failIf, options);
  return { gates, baseline: baseline ?? null };
}

/** The request that these options make; paths become absolute. `argv` is the command line after `threadmill`. */
export function toRequest(
  command: 'bench' | 'profile',
  options: Omit<RunOptions, 'baseline' | 'failIf'>,
  argv: readonly string[],
): ExperimentRequest {
  const against = toAgainst(options);
  return {
    command,
    commandLine: `threadmill ${redactArguments(argv)}`,
    outDir: resolve(options.out),
    out: redactText(options.out),
    workloadFile: options.workload === undefined ? null : resolve(options.workload),
    url: options.url ?? null,
    jobs: options.jobs ?? null,
    concurrency: options.concurrency ?? null,
    workers: options.workers ?? null,
    variants: options.variants,
    rounds: options.rounds,
    precision: options.precision,
    maxTimeMs:
      options.maxTime ??
      (against !== null
        ? AGAINST_MAX_TIME_MS
        : // The baseline is often as slow as all others together.
          DEFAULT_MAX_TIME_MS[command] * (options.aa === true ? 2 : 1)),
    // Who says how long it may take is not kept waiting any longer.
    leastRounds: options.maxTime === undefined ? null : 1,
    aa: options.aa === true,
    trace: options.trace,
    load: toLoad(options),
    warmup: options.warmup,
    seed: options.seed,
    timeoutMs: options.timeout,
    latencyMs: options.latency ?? null,
    jitter: options.jitter,
    cpuMs: options.cpu,
    cpuIterationsPerMs: null,
    payloadBytes: options.payload ?? null,
    keepAlive: options.keepAlive,
    captures: options.captures ?? (options.profile === true ? ['threads'] : []),
    against,
    sweep: null,
  };
}

function toLoad({ rate, arrivals, rateLimit }: Pick<RunOptions, 'rate' | 'arrivals' | 'rateLimit'>): Load {
  if (rate !== undefined) return { kind: 'open', rate, arrivals: arrivals ?? ARRIVALS[0] };
  if (arrivals !== undefined) {
    throw new ThreadmillError('usage', '--arrivals is for a run with --rate', {
      advice: 'Give the jobs a second as well: --rate 100.',
    });
  }
  return { kind: 'closed', rateLimit: rateLimit ?? null };
}
