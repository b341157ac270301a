import { arch, constants, cpus, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { evaluateRecordingGate, type RecordingGate } from '../../analysis/recording/gates.ts';
import type { Recording } from '../../core/documents/recording.ts';
import { EXIT, ThreadmillError } from '../../core/errors.ts';
import { redactArguments, redactText } from '../../core/redaction.ts';
import { readCpuAllowance } from '../../engine/measurement/cpu-allowance.ts';
import { CONFIG_VARIABLE, nodeOptions, nowUs, type RecorderConfig } from '../../engine/recorder/config.ts';
import { probeOutput } from '../../store/output-folder.ts';
import { RecordingFolder } from '../../store/recording-folder.ts';
import { newRecordingId } from '../../store/run-id.ts';
import { THREADMILL_ROOT } from '../captures/in-sources.ts';
import { threadmillVersion } from '../experiment/environment.ts';
import { collect } from './collect.ts';
import { type RawProcess, readRaw } from './raw-files.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';

export interface RecordRequest {
  /** The command and its arguments; at least one. */
  readonly command: readonly string[];
  /** After `threadmill`, as typed. */
  readonly argv: readonly string[];
  readonly out: string;
  /** Null: made of the command. */
  readonly name: string | null;
  readonly intervalUs: number;
  readonly stallMs: number;
  readonly waits: boolean;
  readonly delayMs: number | null;
  readonly durationMs: number | null;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly gates: readonly RecordingGate[];
  /** Stdout is for our result: the program's goes to stderr. */
  readonly ownsStdout: boolean;
}

/** What came of it, as soon as recording is over: after `--duration` the program may go on. */
export interface Recorded {
  /** Null: no process of the command was recorded, and nothing is kept. */
  readonly recording: Recording | null;
  readonly folder: RecordingFolder;
}

/** Samples of one process on disk, bytes: an hour of a busy server with some threads. */
const MAX_BYTES = 256 * 1024 * 1024;
/** A process that is told to end its recording has this long for it, ms. */
const SETTLE_MS = 3_000;
const POLL_MS = 50;
const MAX_NAME = 60;

/**
 * Runs a command and records its Node processes. `publish` is called once, with what there is; if recording ends before
 * the program does, while that goes on.
 *
 * @returns the exit code of the program; 128 + its number if a signal ended it.
 * @throws ThreadmillError 'usage' if it could not be started, 'output-…' if nothing could be written.
 */
export async function record(
  request: RecordRequest,
  publish: (recorded: Recorded) => Promise<void>,
): Promise<number> {
  const outDir = resolve(request.out);
  const takeBack = await probeOutput(outDir);
  const createdAt = new Date();
  const folder = await RecordingFolder.create(outDir, newRecordingId(createdAt));
  const config = configOf(request, folder);
  const program = runProgram(request.command, {
    env: {
      ...process.env,
      NODE_OPTIONS: nodeOptions(config.preload, process.env.NODE_OPTIONS),
      [CONFIG_VARIABLE]: JSON.stringify(config),
    },
    stdoutToStderr: request.ownsStdout,
  });
  const finish = async (exit: ProgramEnd | null): Promise<void> => {
    const raw = await readRaw(folder);
    if (raw.length === 0) {
      await folder.remove();
      await takeBack();
      await publish({ recording: null, folder });
      return;
    }
    const recording = await recordingOf(request, folder, { raw, exit, createdAt });
    await folder.writeRecord(recording);
    await folder.removeRaw();
    await publish({ recording, folder });
  };
  let end: ProgramEnd | null;
  try {
    end = await Promise.race([program.ended, recordingOver(config, folder)]);
  } catch (thrown) {
    await folder.remove();
    await takeBack();
    throw thrown;
  }
  await finish(end);
  return exitCodeOf(end ?? (await program.ended));
}

/** The preload is built: what runs in the program's processes is one small file of plain JavaScript. */
function configOf(request: RecordRequest, folder: RecordingFolder): RecorderConfig {
  const { intervalUs, stallMs, waits, delayMs, durationMs, include, exclude } = request;
  const beginUs = nowUs() + (delayMs ?? 0) * 1_000;
  return {
    dir: folder.rawDir,
    preload: join(THREADMILL_ROOT, 'dist/src/engine/recorder/preload.cjs'),
    ...{ intervalUs, stallMs, waits, include, exclude },
    fromUs: delayMs === null ? null : beginUs,
    untilUs: durationMs === null ? null : beginUs + durationMs * 1_000,
    maxBytes: MAX_BYTES,
  };
}

/** Null once every process has written what it recorded until `untilUs`; never without a duration. */
async function recordingOver({ untilUs }: RecorderConfig, folder: RecordingFolder): Promise<null> {
  if (untilUs === null) return new Promise(() => undefined);
  await sleep((untilUs - nowUs()) / 1_000, undefined, { ref: false });
  for (const deadline = performance.now() + SETTLE_MS; performance.now() < deadline; ) {
    await sleep(POLL_MS, undefined, { ref: false });
    if ((await readRaw(folder)).every(isSettled)) break;
  }
  return null;
}

/** It has ended its recording, or is gone. */
function isSettled({ endedInOrder, process: { pid } }: RawProcess): boolean {
  if (endedInOrder) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

async function recordingOf(
  request: RecordRequest,
  folder: RecordingFolder,
  {
    raw,
    exit,
    createdAt,
  }: { readonly raw: readonly RawProcess[]; readonly exit: ProgramEnd | null; readonly createdAt: Date },
): Promise<Recording> {
  const { intervalUs, stallMs, waits, delayMs, durationMs, include, exclude } = request;
  const command = redactArguments(request.command);
  const name = redactText(request.name ?? command).slice(0, MAX_NAME);
  const { availableCpus } = readCpuAllowance();
  const cwd = process.cwd();
  const collected = await collect(folder, raw, { name, cwd, stallMs, availableCpus });
  const recording: Recording = {
    schemaVersion: 2,
    id: folder.id,
    threadmill: threadmillVersion(),
    name,
    commandLine: `threadmill ${redactArguments(request.argv)}`,
    command,
    cwd: redactText(cwd),
    createdAt: createdAt.toISOString(),
    finishedAt: new Date().toISOString(),
    exit: exit === null ? null : { code: exit.code, signal: exit.signal },
    settings: {
      ...{ intervalUs, stallMs, waits, delayMs, durationMs },
      include: [...include],
      exclude: [...exclude],
    },
    machine: {
      node: process.versions.node,
      platform: platform(),
      arch: arch(),
      cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
      availableCpus,
    },
    ...collected,
    gates: [],
  };
  return { ...recording, gates: request.gates.map((gate) => evaluateRecordingGate(gate, recording)) };
}

function exitCodeOf({ code, signal }: ProgramEnd): number {
  if (code !== null) return code;
  if (signal === null) throw new ThreadmillError('internal', 'the program ended without a code or a signal');
  return 128 + (constants.signals[signal] ?? EXIT.usage);
}
