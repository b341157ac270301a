import type { RunRecord } from '../../core/documents/run-record.ts';
import { usesWorkers } from '../../core/variants.ts';

/** Something that two runs do not have in common, as text. */
export interface Mismatch {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What is known of a run's work before it starts. */
export interface Plan {
  readonly spec: RunRecord['spec'];
  readonly server: Pick<RunRecord['server'], 'kind'>;
}

/**
 * In what the two runs did different work: then their times can't be compared, whatever they are. Empty if
 * they did the same. Not among it are the code of the workload and of what it calls: that is what one wants to
 * compare.
 */
export function unlikeWork(before: Plan, after: Plan): Mismatch[] {
  const pooled = before.spec.variants.some((name) => usesWorkers(name) && after.spec.variants.includes(name));
  return unlike(planOf(before, pooled), planOf(after, pooled));
}

function planOf({ spec, server }: Plan, pooled: boolean): Record<string, string> {
  const { name, items, settings } = spec.workload;
  return {
    workload: name,
    'items of the workload': String(items),
    jobs: String(spec.jobs),
    concurrency: String(spec.concurrency),
    ...(pooled ? { workers: String(spec.workers) } : {}),
    load: loadText(spec.load),
    seed: String(spec.seed),
    server: server.kind,
    '--latency': settings.latencyMs === null ? 'not given' : `${settings.latencyMs} ms`,
    '--jitter': String(settings.jitter),
    '--cpu': `${settings.cpuMs} ms`,
    '--payload': settings.payloadBytes === null ? 'not given' : `${settings.payloadBytes} bytes`,
    'keep-alive': settings.keepAlive ? 'on' : 'off',
  };
}

function loadText(load: RunRecord['spec']['load']): string {
  if (load.kind === 'open') return `${load.rate} a second, ${load.arrivals}`;
  return load.rateLimit === null ? 'closed loop' : `closed loop, at most ${load.rateLimit} a second`;
}

/** Entries of the same name whose text differs; what only one has is `none` in the other. */
export function unlike(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Mismatch[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((what) => {
    const [one, other] = [before[what] ?? 'none', after[what] ?? 'none'];
    return one === other ? [] : [{ what, before: one, after: other }];
  });
}
