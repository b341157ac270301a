import { closeSync, openSync, readSync } from 'node:fs';

const SPACE = 32;
const ZERO = 48;
const TEXT = Buffer.alloc(64);

/** The kernel's account of one thread, kept open: a reading takes 2 µs. See the kernel's scheduler/sched-stats.rst. */
export interface Schedstat {
  /** CPU since the thread started, ns; of a running thread up to the kernel's last tick. Throws once it has ended. */
  readNs(): number;
  close(): void;
}

/** @param task folder of the thread in /proc */
export function openSchedstat(task: string): Schedstat {
  const file = openSync(`${task}/schedstat`, 'r');
  return {
    readNs: () => {
      const length = readSync(file, TEXT, 0, TEXT.length, 0);
      let value = 0;
      for (let i = 0; i < length && TEXT[i] !== SPACE; i++) value = value * 10 + TEXT[i]! - ZERO;
      return value;
    },
    close: () => closeSync(file),
  };
}
