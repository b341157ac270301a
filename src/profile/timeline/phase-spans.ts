import type { PhaseName } from '../../core/documents/run-record.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import type { TraceTable } from '../../engine/measurement/trace-table.ts';

/** A part of a job's time, ns on the clock of process.hrtime(). */
export interface PhaseSpan {
  readonly name: PhaseName;
  readonly startNs: number;
  readonly endNs: number;
}

/**
 * Phases of a job, in order. For several requests only sums are known: then processing is the only phase.
 * @param isRetried it sent its request again: a failed one may have had no response, which the trace does not count
 */
export function phaseSpans(
  jobs: JobTable,
  { columns }: TraceTable,
  row: number,
  isRetried: boolean,
): PhaseSpan[] {
  const at = (name: keyof typeof columns) => columns[name][row]!;
  const spans: PhaseSpan[] = [];
  let last = jobs.start[row]!;
  /** Clocks are read at several places: no phase may stand out of its job, or reach into the one before. */
  const add = (name: PhaseName, fromNs: number, lengthNs: number): void => {
    if (fromNs === 0 || lengthNs <= 0) return;
    const startNs = Math.max(fromNs, last);
    const endNs = Math.min(fromNs + lengthNs, jobs.end[row]!);
    if (endNs <= startNs) return;
    spans.push({ name, startNs, endNs });
    last = endNs;
  };
  if (at('requests') === 1 && !isRetried) {
    add('queue', at('createdAt'), at('clientQueue'));
    const connectAt = at('connectAt');
    if (connectAt !== 0) {
      add('dns', connectAt, at('dns'));
      add('tcp', connectAt + at('dns'), at('tcp'));
      add('tls', connectAt + at('dns') + at('tcp'), at('tls'));
    }
    add('send', at('sentAt'), at('send'));
    add('wait', at('headersAt') - at('wait'), at('wait'));
    add('download', at('headersAt'), at('download'));
  }
  add('process', at('processAt'), at('processEndAt') - at('processAt'));
  return spans;
}
