import { readFile } from 'node:fs/promises';
import type { RunOnceResult } from '../../core/documents/run-once.ts';
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
  try {
    return JSON.parse(await readFile(file, 'utf8')) as RunOnceResult;
  } catch {
    return null;
  }
}
