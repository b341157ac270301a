import { valueAt } from '../../analysis/sweep/axes.ts';
import { planLength } from '../../analysis/sweep/plan-length.ts';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import { DEFAULT_HANDOVER } from '../../core/documents/spec.ts';
import type { SweepRecord } from '../../core/documents/sweep-record.ts';
import { redactArguments } from '../../core/redaction.ts';

const HANDOVER_NAMES = ['transfer', 'results', 'inputs'] as const;

/** The experiment of one point. `outDir` is where its run folder is to be. */
export function pointRequest(
  base: ExperimentRequest,
  { id, definition, cpuIterationsPerMs }: Pick<SweepRecord, 'id' | 'definition' | 'cpuIterationsPerMs'>,
  at: readonly number[],
  outDir: string,
): ExperimentRequest {
  const { axes, workload } = definition;
  const concurrency = valueAt(axes, at, 'concurrency') ?? definition.concurrency;
  const latencyMs = valueAt(axes, at, 'latency') ?? definition.latencyMs;
  const cpuMs = valueAt(axes, at, 'cpu') ?? definition.cpuMs;
  const { period } = workload;
  const request: ExperimentRequest = {
    ...base,
    variants: [...definition.variants],
    outDir,
    jobs: definition.jobs ?? planLength({ concurrency: concurrency ?? 1, period, latencyMs, cpuMs }),
    concurrency,
    workers: valueAt(axes, at, 'workers') ?? definition.workers,
    latencyMs,
    cpuMs,
    leastRounds: null,
    cpuIterationsPerMs: cpuIterationsPerMs > 0 ? cpuIterationsPerMs : null,
    sweep: { id, at: axes.map(({ name }, index) => ({ axis: name, value: at[index]! })) },
  };
  return { ...request, commandLine: commandLineOf(request) };
}

/** The `bench` that does what the point did, with whatever is not a default of its own. */
function commandLineOf(request: ExperimentRequest): string {
  const given: readonly (readonly [string, string | number | null])[] = [
    ['--workload', request.workloadFile],
    ['--url', request.url],
    ['--jobs', request.jobs],
    ['--concurrency', request.concurrency],
    ['--workers', request.workers],
    ['--variants', request.variants?.join(',') ?? null],
    ['--rounds', request.rounds],
    ['--precision', request.rounds === null ? `${Number((request.precision * 100).toPrecision(12))}%` : null],
    ['--max-time', request.rounds === null ? `${request.maxTimeMs}ms` : null],
    ['--warmup', request.warmup],
    ['--seed', request.seed],
    ['--timeout', request.timeoutMs],
    ['--latency', request.latencyMs],
    ['--jitter', request.jitter],
    ['--cpu', request.cpuMs === 0 ? null : request.cpuMs],
    ['--payload', request.payloadBytes],
    ...HANDOVER_NAMES.map((name) => {
      const how = request.handover[name];
      return [`--${name}`, how === DEFAULT_HANDOVER[name] ? null : how] as const;
    }),
  ];
  const options = given.flatMap(([name, value]) => (value === null ? [] : [name, String(value)]));
  const flags = [...(request.trace ? [] : ['--no-trace']), ...(request.keepAlive ? [] : ['--no-keep-alive'])];
  return `threadmill ${redactArguments(['bench', ...options, ...flags])}`;
}
