import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunSpec } from '../core/documents/spec.ts';
import { rememberEnvironmentSecrets, rememberUrlSecrets } from '../core/redaction.ts';
import { clientOf, parseQueueWorkers, retries } from '../core/variants.ts';
import { createClock } from '../engine/measurement/clock.ts';
import { NativeThreads } from '../engine/measurement/native-threads.ts';
import { SharedState } from '../engine/measurement/shared-state.ts';
import { VARIANTS } from '../engine/variants/registry.ts';
import type { QueueOptions, RunningVariant } from '../engine/variants/variant.ts';
import { fillOrder, fillPlan } from '../workload/plan.ts';
import { type Pacing, pacingOf } from './pacing.ts';
import { BASE_URL_VARIABLE, type RunnerOptions } from './runner-options.ts';

/** Its URL comes by the environment; spec.json has none with a password. */
async function queueOf({
  runId,
  queue,
  queueWorkers,
  workers,
  concurrency,
}: RunSpec): Promise<QueueOptions | null> {
  if (queue === undefined) return null;
  const { QUEUE_URL_VARIABLE } = await import('../engine/variants/queue/protocol.ts');
  const asked = parseQueueWorkers(queueWorkers ?? '') ?? { workers, external: false };
  const url = queue === 'embedded' ? null : (process.env[QUEUE_URL_VARIABLE] ?? queue);
  // Each has a job in flight.
  const count = asked.external ? asked.workers : Math.min(asked.workers, concurrency);
  return { runId, url, workers: count, external: asked.external };
}

export interface OpenedVariant {
  readonly spec: RunSpec;
  readonly state: SharedState;
  readonly running: RunningVariant;
  /** Null where they cannot be told apart. */
  readonly nativeThreads: NativeThreads | null;
  /** Null where jobs start as soon as a slot is free. */
  readonly pacing: Pacing | null;
  /** Loading the workload, starting threads and opening the client, ms. */
  readonly startupMs: number;
}

/** Starts the runner's variant. The spec is trusted: checking it would load a schema library into what is measured. */
export async function openVariant(options: RunnerOptions): Promise<OpenedVariant> {
  const spec = JSON.parse(readFileSync(options.spec, 'utf8')) as RunSpec;
  const { settings } = spec.workload;
  const baseUrl = process.env[BASE_URL_VARIABLE] ?? settings.baseUrl;
  rememberEnvironmentSecrets(process.env);
  rememberUrlSecrets(baseUrl);
  const state = new SharedState(spec.jobs);
  fillPlan(state.plan, spec.workload.items, spec.seed);
  fillOrder(state.order, spec.seed, 0);
  const pacing = pacingOf(spec, state, createClock());
  const variant = await VARIANTS[options.variant]();
  const queue = await queueOf(spec);
  // Before the variant, and the workload, start threads.
  const nativeThreads = NativeThreads.open();
  const startedAt = performance.now();
  const running = await variant.start({
    data: {
      bundleUrl: pathToFileURL(resolve(dirname(options.spec), spec.workload.bundle)).href,
      settings: {
        ...settings,
        baseUrl,
        client: clientOf(options.variant) ?? settings.client,
        retry: spec.variants.some(retries) && !retries(options.variant) ? 1 : settings.retry,
      },
      shared: state.buffer,
      jobs: spec.jobs,
      timeoutMs: spec.timeoutMs,
      pace: pacing?.data ?? null,
      journal: options.journalFile,
      handover: {
        transfer: spec.transfer,
        results: spec.results,
        inputs: spec.workload.hasInputs ? spec.inputs : 'load',
      },
    },
    state,
    concurrency: spec.concurrency,
    workers: spec.workers,
    queue,
  });
  return { spec, state, running, nativeThreads, pacing, startupMs: performance.now() - startedAt };
}
