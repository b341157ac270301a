import { readdirSync, readFileSync } from 'node:fs';
import { ThreadmillError } from './errors.ts';

/** Node loads its modules side by side, and each is an open file meanwhile: the command line takes up to 150. */
const MIN = 200;

/** Hard limit of file descriptors, to which Node raises the soft one. Null: none, or unknown (not Linux). */
export function descriptorLimit(): number | null {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}

/** File descriptors that this process has open; null where the system does not report it. */
export function openDescriptors(): number | null {
  try {
    // One of them is that of the folder itself.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return null;
  }
}

export function raiseLimit(needed: number): string {
  const enough = 2 ** Math.ceil(Math.log2(needed));
  return `Raise the limit: \`ulimit -n ${enough}\`, or in a container \`--ulimit nofile=${enough}\``;
}

/** @throws {ThreadmillError} 'limit-reached': too few for any command */
export function checkDescriptors(limit = descriptorLimit()): void {
  if (limit === null || limit >= MIN) return;
  throw new ThreadmillError(
    'limit-reached',
    `a process may have ${limit} open files here, and Threadmill needs ${MIN}`,
    { advice: `${raiseLimit(MIN)}.` },
  );
}
