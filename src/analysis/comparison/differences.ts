import { availableCpusText } from '../../core/available-cpus.ts';
import type { Difference } from '../../core/documents/comparison.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { unlike, unlikeOptions } from './same-work.ts';

const HOUR_MS = 3_600_000;
/** Machines of one size report sizes that differ by what the kernel keeps for itself. */
const MEMORY_STEP_BYTES = 2 ** 28;

/** What is not the same around the two runs: any of it may be why their figures differ. */
export function differencesOf(before: RunRecord, after: RunRecord): Difference[] {
  const found = [
    ...unlike(surroundingsOf(before), surroundingsOf(after)),
    ...unlikeOptions(before, after, 'shown').map(({ name: _, ...mismatch }) => mismatch),
  ];
  const apart = Math.abs(Date.parse(after.createdAt) - Date.parse(before.createdAt));
  if (apart < HOUR_MS) return found;
  return [...found, { what: 'time', before: minutes(before.createdAt), after: minutes(after.createdAt) }];
}

export function surroundingsOf({ environment, threadmill, server, spec }: RunRecord): Record<string, string> {
  return {
    Node: environment.node,
    V8: environment.v8,
    system: `${environment.platform} ${environment.release} ${environment.arch}`,
    CPU: environment.cpuModel,
    'available CPUs': availableCpusText(environment),
    memory: `${(Math.round(environment.memoryBytes / MEMORY_STEP_BYTES) / 4).toFixed(1)} GiB`,
    Threadmill: threadmill,
    ...environment.packages,
    // The embedded server's port is another one each time.
    ...(server.kind === 'external' ? { server: server.url ?? 'unknown' } : {}),
    'workload file': spec.workload.source,
  };
}

function minutes(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
