import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Process ids of this process's children whose command line mentions `text`; zombies don't count. */
export function childrenWith(text: string): number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .map(Number)
    .filter((pid) => pid > 0 && commandLineOf(pid).includes(text));
}

/** As in processes.ts. */
const GONE_LIMIT_MS = 20_000;

/** Waits until no child mentions `text`, and returns those that do not go. */
export async function childrenLeft(text: string): Promise<number[]> {
  const deadline = Date.now() + GONE_LIMIT_MS;
  while (Date.now() < deadline && childrenWith(text).length > 0) await pause(50);
  return childrenWith(text);
}

/** Empty for a process that is gone, and for a zombie. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
