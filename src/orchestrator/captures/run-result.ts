import { readFile } from 'node:fs/promises';
import type { HeapResult, RunOnceResult } from '../../core/documents/run-once.ts';
import { ThreadmillError } from '../../core/errors.ts';
import type { CaptureContext } from './capture.ts';
import { lastLines, spawnTool, type ToolExit } from './spawn-tool.ts';

/**
 * Runs the load under a tool. It worked only if the runner left its result: 0x and clinic exit 0 even when the program
 * that they watch has failed.
 * @throws ThreadmillError `capture-failed` with the last lines printed, or `aborted`.
 */
export async function runLoad(
  context: CaptureContext,
  tool: {
    readonly nodeArguments: readonly string[];
    readonly resultFile: string;
    readonly environment?: Readonly<NodeJS.ProcessEnv>;
  },
): Promise<RunOnceResult> {
  const exit = await spawnTool({
    name: context.capture,
    nodeArguments: tool.nodeArguments,
    execPath: context.execPath,
    cwd: context.scratch,
    environment: { ...context.environment, ...tool.environment },
    timeoutMs: context.timeoutMs,
    signal: context.signal,
    turns: context.turns,
  });
  const result = await readRunResult(tool.resultFile);
  if (exit.code === 0 && result !== null) return result;
  throw failed(
    context.capture,
    exit,
    result === null ? 'the load did not end well' : 'it failed after the load',
  );
}

function failed(name: string, exit: ToolExit, what: string): ThreadmillError {
  const how = exit.signal === null ? `exit code ${exit.code}` : `killed by ${exit.signal}`;
  return new ThreadmillError('capture-failed', `${name}: ${what} (${how}).${lastLines(exit.output)}`, {
    advice: 'Run `threadmill bench` with the same options to see whether the load runs without the tool.',
  });
}

/** Null if it is not there or not whole: then the runner died. */
async function readRunResult(file: string): Promise<RunOnceResult | null> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
  if (!isRunResult(value)) return null;
  const { timeline, unseenThreads, lostThreads } = value as Partial<Record<keyof RunOnceResult, unknown>>;
  return {
    ...value,
    unseenThreads: typeof unseenThreads === 'number' ? unseenThreads : 0,
    lostThreads: typeof lostThreads === 'number' ? lostThreads : 0,
    timeline: isTimeline(timeline) ? timeline : { missing: 'the runner says nothing of it' },
  };
}

function isTimeline(value: unknown): value is RunOnceResult['timeline'] {
  if (typeof value !== 'object' || value === null) return false;
  if ('missing' in value) return typeof value.missing === 'string';
  return 'startUs' in value && 'endUs' in value && [value.startUs, value.endUs].every(Number.isFinite);
}

function isRunResult(
  value: unknown,
): value is Omit<RunOnceResult, 'timeline' | 'unseenThreads' | 'lostThreads'> {
  if (typeof value !== 'object' || value === null) return false;
  const { loadMs, repeats, profiles, heap } = value as Partial<Record<keyof RunOnceResult, unknown>>;
  if (typeof loadMs !== 'number' || typeof repeats !== 'number' || !isNames(profiles)) return false;
  if (heap === null) return true;
  const { threads, files } = (heap ?? {}) as Partial<Record<keyof HeapResult, unknown>>;
  return typeof threads === 'number' && isNames(files);
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
