import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { CpuAllowance } from './cpu-allowance.ts';
import { createMachineUsageReader } from './machine-usage.ts';

/** Share of the usable CPUs' time in use while this process idles, 0 to 1. A load average holds the last minute. */
export async function measureBackgroundLoad(forMs: number, ids: CpuAllowance['ids']): Promise<number> {
  const readTimes = timesReader(ids);
  const before = readTimes();
  await delay(forMs);
  const after = readTimes();
  const total = after.total - before.total;
  return total === 0 ? 0 : Math.min(1, (after.busy - before.busy) / total);
}

/** All CPUs, if the allowed ones are unknown. */
function timesReader(ids: CpuAllowance['ids']): () => { busy: number; total: number } {
  const readUsage = createMachineUsageReader(ids);
  return () => {
    const usage = readUsage();
    if (ids === null || usage === null) return allTimes();
    return { busy: usage.busyMs, total: performance.now() * ids.length };
  };
}

function allTimes(): { busy: number; total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}
