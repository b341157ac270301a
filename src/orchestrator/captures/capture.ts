import type { CaptureName } from '../../core/captures.ts';
import type { RunOnceOptions } from '../../core/documents/run-once.ts';
import type { VariantName } from '../../core/variants.ts';
import type { Turns } from './spawn-tool.ts';

export interface CaptureContext {
  readonly capture: CaptureName;
  readonly variant: VariantName;
  /** Folder within the run folder for what is to be kept; exists and is empty. */
  readonly destination: string;
  /** Private temporary folder, cwd of all that is spawned; the caller removes it. */
  readonly scratch: string;
  /** The arguments after `node` that run this variant's plan once: script first. */
  runnerArguments(options: RunOnceOptions): string[];
  /** Absolute folder of the workload's project: shown paths are relative to it. Left out: the cwd. */
  readonly displayRoot?: string;
  /** Environment for the runner; add to it, do not take away. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** How many times as long as usual the load lasts: differences of two profiles take more samples. Left out: once. */
  readonly loadTimes?: number;
  /** Given: the runner takes turns with that of another version. */
  readonly turns?: Turns | undefined;
  /** Node that runs the variant; left out: the one that runs this. */
  readonly execPath?: string;
  /** Time limit for the whole capture, ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Folder of an earlier capture of this variant in this run; null if there is none. */
  earlier(capture: CaptureName): string | null;
  log(message: string, data?: Readonly<Record<string, unknown>>): void;
}

/** `some`: all that Threadmill started, and none that the workload started itself. */
export type Coverage = 'all' | 'some' | 'main';

export interface CapturedFile {
  readonly title: string;
  /** Relative to `destination`, with `/`. */
  readonly file: string;
  readonly threads: Coverage;
  readonly caveat: string | null;
}

export interface CaptureResult {
  /** The one to open comes first. */
  readonly files: readonly CapturedFile[];
  readonly loadMs: number | null;
  readonly repeats: number | null;
  /** `RunOnceResult.unseenThreads`; left out for none. */
  readonly unseenThreads?: number;
}

export interface Capture {
  /** A capture of the same variant that must have run before. */
  readonly needs?: CaptureName;
  /** Rejects with a ThreadmillError ('capture-failed', 'run-unreadable' or 'aborted'); leaves no process behind either way. */
  capture(context: CaptureContext): Promise<CaptureResult>;
}
