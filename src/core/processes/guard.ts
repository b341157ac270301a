import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What to clean up if this process is killed: process `groups`, a `scratch` folder, hidden files of a `run` folder. */
type Duty = 'groups' | 'scratch' | 'run';

/** Each line replaces one duty; the input ends with its writer. Killed processes may still write, so it tries twice. */
const SCRIPT = `
groups= scratch= run=
while IFS= read -r line; do
  case $line in
    groups*) groups=\${line#groups } ;;
    scratch*) scratch=\${line#scratch } ;;
    run*) run=\${line#run } ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done
[ -z "$scratch" ] || rm -rf -- "$scratch" || { sleep 1; rm -rf -- "$scratch"; }
[ -z "$run" ] || rm -f -- "$run"/.[!.]* "$run"/jobs/.[!.]* "$run"/base*/.[!.]* "$run"/base*/jobs/.[!.]*
`;

const duties = new Map<Duty, string>();
let guard: ChildProcess | null = null;

/** Tells the guard, a shell that cleans up after a SIGKILL. Synchronous; an empty value ends a duty. None on Windows. */
export function setDuty(duty: Duty, value: string): void {
  // One line holds one value: a path with a line break in it is not cleared up.
  if (value.includes('\n')) return;
  if (value === '') duties.delete(duty);
  else duties.set(duty, value);
  if (guard !== null) tell(guard, duty, value);
  else if (duties.size > 0 && process.platform !== 'win32') guard = startGuard();
}

/** Ends the guard if it has no duty. Resolves when it is gone. */
export async function endIdleGuard(): Promise<void> {
  if (duties.size > 0 || guard === null) return;
  const ended = guard;
  guard = null;
  if (ended.pid === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
  ended.ref();
  const gone = once(ended, 'exit');
  ended.kill('SIGKILL');
  await gone;
}

function startGuard(): ChildProcess {
  // In a session of its own: Ctrl+C in the terminal is not meant for it.
  const started = spawn('/bin/sh', ['-c', SCRIPT, 'threadmill-guard'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // A guard that is missing or has been killed is no reason to end a run.
  started.on('error', () => {});
  started.stdin?.on('error', () => {});
  started.unref();
  for (const [duty, value] of duties) tell(started, duty, value);
  return started;
}

function tell(to: ChildProcess, duty: Duty, value: string): void {
  to.stdin?.write(`${duty} ${value}\n`);
}
