import type { RunRecord } from '../../core/documents/run-record.ts';
import { median } from '../../core/statistics/quantile.ts';
import { comparable } from '../comparable.ts';

/** From here on a server is too busy to have answered more. */
const SATURATED = 0.9;

/**
 * Requests that the server could answer in a second of its event loop; null: unknown. What the burst before the run
 * showed or, where a variant kept the server busy, what it answered then: the burst knows nothing of dearer routes.
 */
export function serverRate({ server, variants }: Pick<RunRecord, 'server' | 'variants'>): number | null {
  const saturated = variants.flatMap(({ trials }) => {
    const spans = trials
      .filter(comparable)
      .flatMap(({ server: span, wallMs }) => (span === null || wallMs === null ? [] : [{ ...span, wallMs }]));
    const busy = median(spans.map(({ eventLoopUtilization }) => eventLoopUtilization));
    const rate = median(
      spans.map(
        ({ requests, eventLoopUtilization, wallMs }) => (requests * 1_000) / (wallMs * eventLoopUtilization),
      ),
    );
    return busy !== null && rate !== null && busy > SATURATED ? [rate] : [];
  });
  const ceiling = server.ceiling?.requestsPerSecond ?? null;
  if (saturated.length === 0) return ceiling;
  return Math.min(ceiling ?? Number.POSITIVE_INFINITY, Math.max(...saturated));
}
