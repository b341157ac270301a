import type { MovedData, TrialTrace } from '../../core/documents/breakdown.ts';
import { HOPS, type Hop, type Moved } from '../../core/documents/trace-record.ts';
import { quantile, sortNumbers } from '../../core/statistics/quantile.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { TraceTable } from '../../engine/measurement/trace-table.ts';

/** What went between the threads of a traced trial; null if nothing did. */
export function movedBetweenThreads({ threads }: TrialTrace, { columns }: TraceTable): Moved | null {
  const ends = threads.flatMap(({ thread, moved }) =>
    moved === null ? [] : [{ isMain: thread === 0, moved }],
  );
  if (ends.length === 0) return null;
  const of = (isMain: boolean) => ends.filter((each) => each.isMain === isMain).map(({ moved }) => moved);
  const [main, workers] = [of(true), of(false)];
  const { postedAt, receivedAt, answeredAt, heardAt } = columns;
  const hops: Record<Hop['hop'], Hop> = {
    'main-to-worker': hopOf('main-to-worker', main, workers, timesBetween(postedAt, receivedAt)),
    'worker-to-main': hopOf('worker-to-main', workers, main, timesBetween(answeredAt, heardAt)),
  };
  return { hops: HOPS.map((hop) => hops[hop]), ownMs: sumOf(ends, ({ moved }) => moved.ownMs) };
}

function hopOf(
  hop: Hop['hop'],
  senders: readonly MovedData[],
  receivers: readonly MovedData[],
  underWayMs: Hop['underWayMs'],
): Hop {
  return {
    hop,
    messages: sumOf(senders, ({ sent }) => sent.messages),
    transferred: sumOf(senders, ({ sent }) => sent.transferred),
    transferredBytes: sumOf(senders, ({ sent }) => sent.transferredBytes),
    copiedBytes: sumOf(senders, ({ sent }) => sent.copiedBytes),
    serialiseMs: sumOf(senders, ({ sent }) => sent.serialiseMs),
    deserialiseMs: sumOf(receivers, ({ received }) => received.deserialiseMs),
    smallMainMs:
      hop === 'main-to-worker'
        ? sumOf(senders, ({ sent }) => sent.messages * sent.smallMs)
        : sumOf(receivers, ({ received }) => received.messages * received.smallMs),
    underWayMs,
  };
}

/** Of the jobs that have both moments. */
function timesBetween(from: Float64Array, to: Float64Array): Hop['underWayMs'] {
  const times = Array.from(from, (start, row) => (start === 0 ? 0 : to[row]! - start)).filter((ns) => ns > 0);
  const sorted = sortNumbers(times);
  const at = (share: number) => (quantile(sorted, share) ?? 0) / NS_PER_MS;
  return times.length === 0 ? null : { p50: at(0.5), p90: at(0.9), max: at(1) };
}
