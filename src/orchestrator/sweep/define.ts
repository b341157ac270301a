import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { periodOf } from '../../analysis/sweep/plan-length.ts';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import type { SweepAxis, SweepDefinition } from '../../core/documents/sweep-record.ts';
import { DEFAULT_CONCURRENCY } from '../../core/limits.ts';
import { pick, SWEEP_FIELDS } from '../../core/option-fields.ts';
import { threadmillVersion } from '../../core/package-versions.ts';
import { redactUrl, rememberUrlSecrets } from '../../core/redaction.ts';
import { checkPossible } from '../experiment/possible.ts';
import { prepare } from '../experiment/prepare.ts';
import { removeScratch } from '../experiment/scratch.ts';
import { BUNDLE_PATH, defaultWorkers } from '../experiment/spec-of.ts';

/** What a person asked for. */
export interface SweepRequest {
  /** What all points have in common; what is an axis is looked up there. */
  readonly base: ExperimentRequest;
  /** In the order of SWEEP_AXES. */
  readonly axes: readonly SweepAxis[];
  /** Never continue an earlier sweep. */
  readonly fresh: boolean;
  /** Jobs a second that the result says the workers of a queue for; null: some round rates. */
  readonly targetRate: number | null;
}

export interface DefinedSweep {
  readonly definition: SweepDefinition;
  /** SHA-256 of the definition and of what measures it, hex. */
  readonly digest: string;
  readonly cpuIterationsPerMs: number;
  /** Settings that the workload looked at while it was loaded. */
  readonly settingsRead: readonly string[];
}

/**
 * Settles what all points have in common: the workload is bundled and looked at once, and `--cpu` calibrated
 * once, for every point. Rejects as `runExperiment` does, and leaves nothing behind.
 */
export async function defineSweep(request: SweepRequest, signal: AbortSignal): Promise<DefinedSweep> {
  const { base, axes } = request;
  if (base.url !== null) rememberUrlSecrets(base.url);
  const valuesOf = (name: SweepAxis['name']) => axes.find((axis) => axis.name === name)?.values ?? null;
  const maxCpuMs = Math.max(base.cpuMs, ...(valuesOf('cpu') ?? []));
  const { facts, scratch, spec } = await prepare({ ...base, cpuMs: maxCpuMs }, 'sweep', signal);
  try {
    const payloadBytes = valuesOf('payload')?.at(-1) ?? base.payloadBytes;
    const maxQueueWorkers = valuesOf('queue-workers')?.at(-1) ?? 1;
    checkPossible({ ...base, payloadBytes }, { facts, spec }, base.url === null && facts.usesBaseUrl, {
      concurrency: maxQueueWorkers * Math.max(spec.concurrency, ...(valuesOf('concurrency') ?? [])),
      workers: Math.max(spec.workers, ...(valuesOf('workers') ?? [])),
    });
    const bundle = await readFile(join(scratch, BUNDLE_PATH));
    const maxWorkers = Math.max(...(valuesOf('workers') ?? [1]));
    const definition: SweepDefinition = {
      axes: [...axes],
      workload: {
        name: facts.name,
        source: spec.workload.source,
        digest: createHash('sha256').update(bundle).digest('hex'),
        items: facts.items,
        period: facts.itemNames === null ? facts.items : periodOf(facts.itemNames.items),
      },
      url: base.url === null ? null : redactUrl(base.url),
      concurrency:
        valuesOf('concurrency') === null
          ? (base.concurrency ?? Math.max(DEFAULT_CONCURRENCY, maxWorkers))
          : null,
      workers: valuesOf('workers') === null ? (base.workers ?? defaultWorkers()) : null,
      queue: base.queue === null ? null : redactUrl(base.queue),
      queueWorkers: valuesOf('queue-workers') === null ? base.queueWorkers : null,
      uvThreads: valuesOf('uv-threads') === null ? base.uvThreads : null,
      latencyMs: valuesOf('latency') === null ? base.latencyMs : null,
      payloadBytes: valuesOf('payload') === null ? base.payloadBytes : null,
      cpuMs: valuesOf('cpu') === null ? base.cpuMs : 0,
      variants: spec.variants,
      ...pick(base, SWEEP_FIELDS),
    };
    const decisive = JSON.stringify([threadmillVersion(), definition]);
    return {
      definition,
      digest: createHash('sha256').update(decisive).digest('hex'),
      cpuIterationsPerMs: spec.workload.settings.cpuIterationsPerMs,
      settingsRead: facts.settingsRead,
    };
  } finally {
    await removeScratch(scratch);
  }
}
