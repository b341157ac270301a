import type { Redis } from 'ioredis';
import { parseInfo, within } from './redis.ts';

/** What the queue server has used since it started. */
export interface ServerUsage {
  readonly userMs: number;
  readonly systemMs: number;
  readonly memoryBytes: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export async function readServerUsage(client: Redis): Promise<ServerUsage> {
  const facts = parseInfo(await within(client.info()));
  const number = (name: string) => Number(facts[name] ?? 0);
  return {
    userMs: number('used_cpu_user') * 1_000,
    systemMs: number('used_cpu_sys') * 1_000,
    memoryBytes: number('used_memory_rss'),
    bytesIn: number('total_net_input_bytes'),
    bytesOut: number('total_net_output_bytes'),
  };
}

/** Null: it has started anew meanwhile, and counts from 0 again. */
export function spentBetween(
  before: ServerUsage,
  after: ServerUsage,
): Omit<ServerUsage, 'memoryBytes'> | null {
  if (after.userMs + after.systemMs < before.userMs + before.systemMs || after.bytesIn < before.bytesIn) {
    return null;
  }
  return {
    userMs: after.userMs - before.userMs,
    systemMs: after.systemMs - before.systemMs,
    bytesIn: after.bytesIn - before.bytesIn,
    bytesOut: after.bytesOut - before.bytesOut,
  };
}
