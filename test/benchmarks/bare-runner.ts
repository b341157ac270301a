import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSpec } from '../../src/core/documents/spec.ts';
import type { VariantName } from '../../src/core/variants.ts';
import { RunnerProcess } from '../../src/orchestrator/experiment/runner-process.ts';
import { PLAIN_SETTINGS, SPEC_DEFAULTS } from '../support/spec-defaults.ts';

export interface BareRunnerOptions {
  readonly variant: VariantName;
  /** Folder with workload.js; spec, rows and logs go there. */
  readonly scratch: string;
  readonly baseUrl: string;
  readonly jobs: number;
  readonly concurrency: number;
  readonly workers: number;
  readonly latencyMs?: number;
  /** File in `scratch`; default: workload.js. */
  readonly bundle?: string;
  readonly payloadBytes?: number;
}

/** A real runner process, as the orchestrator starts it, without the rest of a run around it. */
export async function startBareRunner(options: BareRunnerOptions) {
  const { variant, scratch, baseUrl, jobs, concurrency, workers } = options;
  const settings = {
    ...PLAIN_SETTINGS,
    baseUrl,
    latencyMs: options.latencyMs ?? null,
    payloadBytes: options.payloadBytes ?? null,
  };
  const spec: RunSpec = {
    schemaVersion: 2,
    runId: 'fidelity',
    workload: {
      name: 'zero-latency',
      bundle: options.bundle ?? 'workload.js',
      source: 'zero-latency',
      items: 1,
      hasCpuPart: variant === 'offload',
      hasInputs: false,
      settings,
    },
    jobs,
    concurrency,
    workers,
    variants: [variant],
    ...(variant === 'distributed-queue' && { queue: 'embedded', queueWorkers: String(workers) }),
    rounds: 1,
    ...SPEC_DEFAULTS,
    warmup: 1,
    timeoutMs: 30_000,
    seed: 1,
  };
  const file = (name: string) => join(scratch, name);
  writeFileSync(file('spec.json'), JSON.stringify(spec));
  const runner = new RunnerProcess(
    variant,
    {
      spec: file('spec.json'),
      log: file('log.ndjson'),
      output: file('out'),
      rows: file('rows.bin'),
      trace: file('trace.bin'),
      journal: file('journal.bin'),
    },
    baseUrl,
    spec.timeoutMs,
  );
  const { startupMs } = await runner.ready();
  return { runner, startupMs };
}
