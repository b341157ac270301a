import type { RunRecord } from '../../../core/documents/run-record.ts';
import type { Hop } from '../../../core/documents/trace-record.ts';
import type { VariantName } from '../../../core/variants.ts';

/** Data that went one way between the threads of a variant, in its traced trial; per job. */
export interface MovedRow {
  readonly variant: VariantName;
  readonly hop: Hop['hop'];
  readonly messages: number;
  readonly transferred: number;
  readonly copiedBytesPerJob: number;
  readonly transferredBytesPerJob: number;
  /** To write and to read the messages, in the main thread and in the worker threads, ms. */
  readonly mainMsPerJob: number;
  readonly workersMsPerJob: number;
  readonly underWayMs: Hop['underWayMs'];
  /** What it took to find this out, of both ways, ms. */
  readonly ownMs: number;
}

export function movedRows({ variants, spec }: RunRecord): MovedRow[] {
  return variants.flatMap(({ name, trace }) =>
    (trace?.moved?.hops ?? []).map((each) => {
      const [mainMs, workersMs] =
        each.hop === 'main-to-worker'
          ? [each.serialiseMs, each.deserialiseMs]
          : [each.deserialiseMs, each.serialiseMs];
      return {
        variant: name,
        hop: each.hop,
        messages: each.messages,
        transferred: each.transferred,
        copiedBytesPerJob: each.copiedBytes / spec.jobs,
        transferredBytesPerJob: each.transferredBytes / spec.jobs,
        mainMsPerJob: mainMs / spec.jobs,
        workersMsPerJob: workersMs / spec.jobs,
        underWayMs: each.underWayMs,
        ownMs: trace!.moved!.ownMs,
      };
    }),
  );
}
