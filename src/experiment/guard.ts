import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Each line that it reads lists the process groups that are at work now. The input ends when the process that
 * writes it does, however that ended; then it ends them, and removes the folder that they worked in.
 */
const SCRIPT = `
groups=
while read -r line; do groups=$line; done
for group in $groups; do kill -KILL "-$group"; done
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
`;

let guard: ChildProcess | null = null;
let groups = '';

/**
 * Starts a shell that clears up after this process should it be killed with SIGKILL: no handler of ours runs
 * then, and a child whose event loop is blocked by a job never notices. Without a shell (Windows) the
 * children are left to notice.
 */
export function startGuard(folder: string): void {
  if (guard !== null || process.platform === 'win32') return;
  // In a session of its own: Ctrl+C in the terminal is not meant for it.
  guard = spawn('/bin/sh', ['-c', SCRIPT, 'threadmill-guard', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // A guard that is missing or has been killed is no reason to end a run.
  guard.on('error', () => {});
  guard.stdin?.on('error', () => {});
  guard.unref();
  guardGroups(groups);
}

/** Ids of all process groups to end, separated by spaces. */
export function guardGroups(ids: string): void {
  groups = ids;
  guard?.stdin?.write(`${ids}\n`);
}

/** There is nothing left to clear up. Resolves when the guard is gone. */
export async function endGuard(): Promise<void> {
  const ended = guard;
  guard = null;
  if (ended === null || ended.pid === undefined || ended.exitCode !== null || ended.signalCode !== null)
    return;
  ended.ref();
  const gone = once(ended, 'exit');
  ended.kill('SIGKILL');
  await gone;
}
