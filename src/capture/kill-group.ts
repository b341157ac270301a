import type { ChildProcess } from 'node:child_process';

/** Kills the whole process group of a child that was started with `detached: true`. Never throws. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: nobody is left in the group, which is what was wanted. (Windows knows no groups.)
    if (process.platform === 'win32') child.kill(signal);
  }
}
