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

/** Waits up to two seconds until no live process mentions `text`, and returns those that are left. */
export async function processesLeft(text: string): Promise<string[]> {
  for (let i = 0; i < 40 && processesWith(text).length > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return processesWith(text);
}
