import { writeFile } from 'node:fs/promises';
import { arch, cpus, platform } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { evaluateRecordingGate, type RecordingGate } from '../../analysis/recording/gates.ts';
import { RECORDED_HEAP_INTERVAL_BYTES } from '../../core/capture-settings.ts';
import type { Recording } from '../../core/documents/recording.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { threadmillVersion } from '../../core/package-versions.ts';
import { redactArguments, redactText } from '../../core/redaction.ts';
import { readCpuAllowance } from '../../engine/measurement/cpu-allowance.ts';
import { nowUs, type RecorderConfig } from '../../engine/recorder/config.ts';
import { exists } from '../../store/exists.ts';
import { probeOutput } from '../../store/output-folder.ts';
import { RecordingFolder } from '../../store/recording-folder.ts';
import { newRecordingId } from '../../store/run-id.ts';
import { THREADMILL_ROOT } from '../captures/in-sources.ts';
import { collect } from './collect.ts';
import { MAX_NAME } from './process-facts.ts';
import { isAlive, type SeenProcess } from './process-tree.ts';
import { type RawProcess, readRaw, readStates } from './raw-files.ts';
import type { ProgramEnd } from './run-program.ts';

export interface RecordSettings {
  /** After `threadmill`, as typed. */
  readonly argv: readonly string[];
  readonly out: string;
  /** Null: the command. */
  readonly name: string | null;
  readonly intervalUs: number;
  readonly stallMs: number;
  readonly waits: boolean;
  readonly heap: boolean;
  readonly delayMs: number | null;
  readonly durationMs: number | null;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly gates: readonly RecordingGate[];
  readonly toggle: boolean;
}

/** Available as soon as recording ends: after `--duration` the program may still run. */
export interface Recorded {
  /** Null if no Node process was recorded; the folder is then removed. */
  readonly recording: Recording | null;
  readonly folder: RecordingFolder;
}

/** Limit for the samples of one process on disk, bytes: about an hour of a busy server with some threads. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Time limit for a process to end its recording, ms. */
export const SETTLE_MS = 7_000;
export const POLL_MS = 50;

/** A recording in progress: its folder and its settings. */
export class OpenRecording {
  readonly folder: RecordingFolder;
  readonly #settings: RecordSettings;
  readonly #takeBack: () => Promise<void>;
  readonly #createdAt: Date;

  private constructor(
    settings: RecordSettings,
    folder: RecordingFolder,
    { takeBack, createdAt }: { readonly takeBack: () => Promise<void>; readonly createdAt: Date },
  ) {
    this.#settings = settings;
    this.folder = folder;
    this.#takeBack = takeBack;
    this.#createdAt = createdAt;
  }

  /** @throws ThreadmillError 'output-…' if the folder can't be written. */
  static async create(settings: RecordSettings): Promise<OpenRecording> {
    const outDir = resolve(settings.out);
    const takeBack = await probeOutput(outDir);
    const createdAt = new Date();
    const folder = await RecordingFolder.create(outDir, newRecordingId(createdAt));
    return new OpenRecording(settings, folder, { takeBack, createdAt });
  }

  /** Call when recording begins: start and end times are relative to this call. */
  config(): RecorderConfig {
    const { intervalUs, stallMs, waits, heap, delayMs, durationMs, include, exclude, toggle } =
      this.#settings;
    const beginUs = nowUs() + (delayMs ?? 0) * 1_000;
    return {
      dir: this.folder.rawDir,
      // The built file: the recorded processes load one small file of plain JavaScript.
      preload: join(THREADMILL_ROOT, 'dist/src/engine/recorder/preload.cjs'),
      ...{ intervalUs, stallMs, waits, include, exclude, toggle },
      heapIntervalBytes: heap ? RECORDED_HEAP_INTERVAL_BYTES : null,
      fromUs: delayMs === null ? null : beginUs,
      untilUs: durationMs === null ? null : beginUs + durationMs * 1_000,
      stopFile: this.#stopFile,
      maxBytes: MAX_BYTES,
    };
  }

  get #stopFile(): string {
    return this.folder.path('raw/stop');
  }

  /** Ends the recording of what still runs: processes that the command has left behind, say. */
  async stop(): Promise<void> {
    // A folder that is gone ends it as well, and a full disk will be told of later.
    await writeFile(this.#stopFile, '').catch(() => undefined);
    await settled(this.folder);
  }

  /**
   * @param command null if Threadmill did not start the program.
   * @throws ThreadmillError 'output-…' if the folder is gone or can't be written.
   */
  async finish(
    command: readonly string[] | null,
    exit: ProgramEnd | null,
    seen: ReadonlyMap<number, SeenProcess> = new Map(),
  ): Promise<Recorded> {
    const { folder } = this;
    const raw = await readRaw(folder);
    if (raw.length === 0) {
      if (!(await exists(folder.rawDir))) {
        throw new ThreadmillError('output-unwritable', `${folder.dir} was removed during the recording`, {
          advice: 'Choose a folder with --out that the program leaves alone.',
        });
      }
      await this.discard();
      return { recording: null, folder };
    }
    const recording = await recordingOf(this.#settings, folder, {
      ...{ raw, exit, command, seen, createdAt: this.#createdAt },
    });
    await folder.writeRecord(recording);
    await folder.removeRaw();
    return { recording, folder };
  }

  async discard(): Promise<void> {
    await this.folder.remove();
    await this.#takeBack();
  }
}

/** Waits until every process has ended its recording or has exited, with a time limit. */
export async function settled(folder: RecordingFolder): Promise<void> {
  const over: Parameters<typeof readStates>[1] = new Map();
  for (const deadline = performance.now() + SETTLE_MS; performance.now() < deadline; ) {
    await sleep(POLL_MS);
    const states = await readStates(folder, over);
    if (states.every(({ isOver, pid }) => isOver || !isAlive(pid))) return;
  }
}

function scriptOf({ argv: [script] }: RawProcess['process']): string {
  return script === undefined ? 'node' : basename(script);
}

async function recordingOf(
  request: RecordSettings,
  folder: RecordingFolder,
  {
    raw,
    exit,
    seen,
    createdAt,
    command: words,
  }: {
    readonly raw: readonly RawProcess[];
    readonly exit: ProgramEnd | null;
    readonly seen: ReadonlyMap<number, SeenProcess>;
    readonly createdAt: Date;
    readonly command: readonly string[] | null;
  },
): Promise<Recording> {
  const { intervalUs, stallMs, waits, delayMs, durationMs, include, exclude } = request;
  const first = raw[0]!.process;
  const command = redactArguments(words ?? ['node', ...first.execArgv, ...first.argv]);
  const name = redactText(request.name ?? (words === null ? scriptOf(first) : command)).slice(0, MAX_NAME);
  const { availableCpus } = readCpuAllowance();
  const cwd = process.cwd();
  const collected = await collect(folder, raw, { name, cwd, stallMs, availableCpus, seen });
  const recording: Recording = {
    schemaVersion: SCHEMA_VERSION,
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
