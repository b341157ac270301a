import { valueAt } from '../../analysis/sweep/axes.ts';
import { planLength } from '../../analysis/sweep/plan-length.ts';
import { DEFAULT_CLIENT } from '../../core/clients.ts';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import type { SweepRecord } from '../../core/documents/sweep-record.ts';
import { REQUEST_OPTIONS } from '../../core/option-fields.ts';
import { optionArguments } from '../../core/options.ts';
import { redactArguments } from '../../core/redaction.ts';

/** The experiment of one point. `outDir` is where its run folder is to be. */
export function pointRequest(
  base: ExperimentRequest,
  { id, definition, cpuIterationsPerMs }: Pick<SweepRecord, 'id' | 'definition' | 'cpuIterationsPerMs'>,
  at: readonly number[],
  outDir: string,
): ExperimentRequest {
  const { axes, workload } = definition;
  const queueWorkers = valueAt(axes, at, 'queue-workers');
  // Along the workers of a queue it is that of each: a worker more is a machine more.
  const concurrency = (valueAt(axes, at, 'concurrency') ?? definition.concurrency ?? 1) * (queueWorkers ?? 1);
  const latencyMs = valueAt(axes, at, 'latency') ?? definition.latencyMs;
  const cpuMs = valueAt(axes, at, 'cpu') ?? definition.cpuMs;
  const payloadBytes = valueAt(axes, at, 'payload') ?? definition.payloadBytes;
  const { period } = workload;
  const length = { concurrency, period, latencyMs, cpuMs, payloadBytes };
  const request: ExperimentRequest = {
    ...base,
    variants: [...definition.variants],
    // Several have become variants.
    client: base.client !== null && base.client.length > 1 ? [DEFAULT_CLIENT] : base.client,
    outDir,
    jobs: definition.jobs ?? planLength(length),
    concurrency,
    queueWorkers: queueWorkers === null ? definition.queueWorkers : String(queueWorkers),
    workers: valueAt(axes, at, 'workers') ?? definition.workers,
    uvThreads: valueAt(axes, at, 'uv-threads') ?? definition.uvThreads,
    latencyMs,
    cpuMs,
    payloadBytes,
    minRounds: null,
    cpuIterationsPerMs: cpuIterationsPerMs > 0 ? cpuIterationsPerMs : null,
    sweep: { id, at: axes.map(({ name }, index) => ({ axis: name, value: at[index]! })) },
  };
  return { ...request, commandLine: commandLineOf(request) };
}

/** The `bench` that does what the point did, with whatever is not a default of its own. */
function commandLineOf(request: ExperimentRequest): string {
  const given = REQUEST_OPTIONS.flatMap((name) => optionArguments(name, request[name]));
  return `threadmill ${redactArguments(['bench', ...given])}`;
}
