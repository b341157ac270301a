import { readlinkSync } from 'node:fs';
import { openSchedstat, type Schedstat } from './schedstat.ts';

/** CPU time of the thread that it was made in. Takes about 2 µs a reading: for a traced trial, not for a timed one. */
export interface ThreadCpuClock {
  /** ns since the thread began. */
  read(): number;
  close(): void;
}

/** Null where the system does not tell (anything but Linux); see thread-usage.ts for what is read. */
export function openThreadCpuClock(): ThreadCpuClock | null {
  let account: Schedstat;
  try {
    account = openSchedstat(`/proc/${readlinkSync('/proc/thread-self')}`);
  } catch {
    return null;
  }
  return {
    read: () => {
      // Charges the thread up to now; without it the number is that of the kernel's last tick.
      process.cpuUsage();
      return account.readNs();
    },
    close: () => account.close(),
  };
}

const CALIBRATIONS = 16;

/** CPU that lies between two readings and is theirs, ns. */
export function costOfReading(cpu: ThreadCpuClock): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < CALIBRATIONS; i++) least = Math.min(least, -cpu.read() + cpu.read());
  return least;
}
