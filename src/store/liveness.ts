import { readFileSync } from 'node:fs';
import type { RunRecord } from '../core/documents/run-record.ts';
import { errnoOf } from './output-errors.ts';

/** Linux counts process start times in these since the machine started; 100 on every architecture Node has. */
const TICKS_PER_SECOND = 100;

/** The two clocks compared below both count whole seconds, and a run notes its time after its start. */
const TOLERANCE_MS = 5_000;

/** Whether the process that made this record is still at work on it. */
export function isLive(record: Pick<RunRecord, 'status' | 'pid' | 'createdAt'>): boolean {
  if (record.status !== 'running') return false;
  try {
    process.kill(record.pid, 0);
  } catch (thrown) {
    // EPERM: it is there, and somebody else's.
    if (errnoOf(thrown) !== 'EPERM') return false;
  }
  // The number may have been given to another process since: that one started after the run did.
  const startedAt = processStart(record.pid);
  return startedAt === null || startedAt <= Date.parse(record.createdAt) + TOLERANCE_MS;
}

/** When a process started, ms since 1970; null where that can't be told. */
function processStart(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold anything; `starttime` is the 22nd.
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    if (boot === undefined || !Number.isFinite(ticks)) return null;
    return Number(boot) * 1000 + (ticks / TICKS_PER_SECOND) * 1000;
  } catch {
    return null;
  }
}
