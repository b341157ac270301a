import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Share of the machine's CPU time (0 to 1) that is in use while this process does nothing for `forMs`. The
 * load average would not do: it still holds what ended a minute ago, the previous run for one.
 */
export async function measureBackgroundLoad(forMs: number): Promise<number> {
  const before = readTimes();
  await delay(forMs);
  const after = readTimes();
  const total = after.total - before.total;
  return total === 0 ? 0 : (after.busy - before.busy) / total;
}

function readTimes(): { busy: number; total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}
