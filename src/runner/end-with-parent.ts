const LOOK_MS = 2_000;

/**
 * Ends this process when the one that started it is gone: a profiler that is killed leaves its program
 * behind. An orphan gets another parent, so a changed parent tells.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, LOOK_MS).unref();
}
