import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ThreadmillError } from '../../core/errors.ts';
import { CONFIG_VARIABLE, nodeOptions, nowUs, type RecorderConfig } from '../../engine/recorder/config.ts';
import type { RecordingFolder } from '../../store/recording-folder.ts';
import { attach, hasEnded, type Target } from './attach.ts';
import {
  OpenRecording,
  POLL_MS,
  type Recorded,
  type RecordSettings,
  SETTLE_MS,
  settled,
} from './open-recording.ts';
import { isAlive, ProcessTree } from './process-tree.ts';
import { readStates } from './raw-files.ts';
import { type Program, type ProgramEnd, runProgram } from './run-program.ts';

interface RecordRequest extends RecordSettings {
  readonly command: readonly string[];
  /** Threadmill's result goes to stdout, the program's output to stderr. */
  readonly ownsStdout: boolean;
}

/**
 * Runs a command and records its Node processes. Calls `publish` once when recording ends, which may be before the
 * program ends.
 * @returns the exit code of the program; 128 + its number if a signal ended it.
 * @throws ThreadmillError 'usage' if the command can't be started, 'output-…' if the folder can't be written.
 */
export async function record(
  request: RecordRequest,
  publish: (recorded: Recorded) => Promise<void>,
): Promise<number> {
  const { command } = request;
  const open = await OpenRecording.create(request);
  const config = open.config();
  let program: Program;
  let tree: ProcessTree;
  let end: ProgramEnd | null;
  try {
    program = runProgram(command, {
      env: {
        ...process.env,
        NODE_OPTIONS: nodeOptions(config.preload, process.env.NODE_OPTIONS),
        [CONFIG_VARIABLE]: JSON.stringify(config),
      },
      stdoutToStderr: request.ownsStdout,
    });
    tree = new ProcessTree(program.pid);
    end = await Promise.race([program.ended, recordingOver(config, open.folder)]);
  } catch (thrown) {
    await open.discard();
    throw thrown;
  }
  try {
    if (end !== null) await open.stop();
    await publish(await open.finish(command, end, tree.stop()));
  } finally {
    // Whatever becomes of the recording, signals to us are for it.
    end ??= await program.ended;
  }
  return exitCodeOf(end);
}

/** Time limit for a running process to start its recorder, ms: a call may block it. */
export const BEGIN_MS = 10_000;

/**
 * Records a running process until `stop` aborts, the duration is over or the process ends.
 * @throws ThreadmillError 'usage' if the process can't be recorded; it continues unchanged.
 */
export async function recordRunning(
  target: Target,
  settings: RecordSettings,
  stop: AbortSignal,
  onBegin: (pid: number) => void,
): Promise<Recorded> {
  const open = await OpenRecording.create(settings);
  try {
    await attach(target, () => {
      const config = open.config();
      // The recorder ends by itself then, if Threadmill was killed.
      const untilUs = config.untilUs === null ? null : config.untilUs + 1_000 * (BEGIN_MS + SETTLE_MS);
      return { ...config, untilUs };
    });
    const pid = await begun(open.folder, 'pid' in target ? target.pid : null);
    onBegin(pid);
    const untilUs = nowUs() + 1_000 * ((settings.delayMs ?? 0) + (settings.durationMs ?? 0));
    while (!stop.aborted && nowUs() < untilUs && isAlive(pid)) await sleep(POLL_MS);
    await open.stop();
  } catch (thrown) {
    await open.discard();
    throw thrown;
  }
  return open.finish(null, null);
}

/** @param pid null: not known before it has begun */
async function begun(folder: RecordingFolder, pid: number | null): Promise<number> {
  for (const deadline = performance.now() + BEGIN_MS; performance.now() < deadline; await sleep(POLL_MS)) {
    const isGone = pid !== null && !isAlive(pid);
    const [first] = await readStates(folder);
    if (first !== undefined) return first.pid;
    if (isGone) throw hasEnded();
  }
  throw notBegun();
}

export function notBegun(): ThreadmillError {
  return new ThreadmillError('usage', 'the recorder did not start in the process', {
    advice: 'Can the process write to the folder of the recording? Give another one with --out.',
  });
}

/** Resolves when every process has written its samples up to `untilUs`; never without a duration. */
async function recordingOver({ untilUs }: RecorderConfig, folder: RecordingFolder): Promise<null> {
  if (untilUs === null) return new Promise(() => undefined);
  await sleep((untilUs - nowUs()) / 1_000, undefined, { ref: false });
  await settled(folder);
  return null;
}

function exitCodeOf({ code, signal }: ProgramEnd): number {
  if (code !== null) return code;
  if (signal === null) throw new ThreadmillError('internal', 'the program ended without a code or a signal');
  return 128 + constants.signals[signal];
}
