import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of the live processes that mention `text`; zombies, which only wait to be reaped, don't count. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        // A zombie's command line is empty.
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return line.includes(text) ? [`${pid}: ${line}`] : [];
      } catch {
        return [];
      }
    });
}

/** What has been killed takes its time to go on a crowded machine; what has not will be there still. */
const GONE_LIMIT_MS = 20_000;

/** Waits until no live process mentions `text`, and returns those that do not go. */
export async function processesLeft(text: string): Promise<string[]> {
  const deadline = Date.now() + GONE_LIMIT_MS;
  while (Date.now() < deadline && processesWith(text).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return processesWith(text);
}

/** Processes whose parent this is, by /proc. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

/** A zombie, which only waits to be reaped, has no command line. */
export function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}
