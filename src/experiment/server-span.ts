import { type ServerUsage, usageBetween } from '../server/usage.ts';
import type { ServerSpan } from '../types/run-record.ts';

/**
 * What the server did within a block, from readings before and after it. They lie a little outside the block,
 * where the server has nothing to do, so its utilisation is taken over the block's own wall.
 */
export function serverSpan(
  before: ServerUsage | null,
  after: ServerUsage | null,
  wallMs: number | null,
): ServerSpan | null {
  if (before === null || after === null || wallMs === null) return null;
  const used = usageBetween(before, after);
  return {
    requests: used.requests,
    cpuMs: used.cpuUserMs + used.cpuSystemMs,
    eventLoopUtilization: wallMs === 0 ? 0 : Math.min(1, used.eventLoopActiveMs / wallMs),
  };
}
