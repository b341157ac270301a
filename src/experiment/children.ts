import type { ChildProcess } from 'node:child_process';
import { killGroup } from '../capture/kill-group.ts';
import { guardGroups } from './guard.ts';

const children = new Set<ChildProcess>();

/** Sees to it that a child, and its process group, does not outlive this process, however that ends. */
export function adopt(child: ChildProcess): void {
  // Ahead of what removes the folders that they work in.
  if (children.size === 0) process.prependListener('exit', killAll);
  children.add(child);
  tellGuard();
  child.once('exit', () => {
    children.delete(child);
    tellGuard();
    if (children.size === 0) process.off('exit', killAll);
  });
}

function tellGuard(): void {
  guardGroups([...children].flatMap(({ pid }) => pid ?? []).join(' '));
}

function killAll(): void {
  for (const child of children) killGroup(child, 'SIGKILL');
}
