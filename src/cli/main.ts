#!/usr/bin/env node
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkDescriptors } from '../core/descriptors.ts';
import { reportError, stdoutUnwritable } from './report-error.ts';

const debug = (process.env.THREADMILL_DEBUG ?? '') !== '';

let stdoutError: NodeJS.ErrnoException | null = null;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // EPIPE: the reader has seen enough (`threadmill bench | head`). The run continues and is saved.
  if (error.code !== 'EPIPE') stdoutError ??= error;
});
// Progress and messages that nobody can see: there is no place left to say so.
process.stderr.on('error', () => {});

process.on('uncaughtException', (thrown) => process.exit(reportError(thrown, debug)));

/** process.exit drops what a pipe has not taken yet. Resolves after an error of the last write was emitted. */
async function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
  await nextTurn();
}

function exitCode(code: number): number {
  return stdoutError === null ? code : reportError(stdoutUnwritable(stdoutError), debug);
}

checkDescriptors();
// Only now: with too few file descriptors its modules could not even be loaded.
const { main } = await import('./program.ts');
const code = await main(process.argv.slice(2));
await drained(process.stdout);
process.exitCode = exitCode(code);
await drained(process.stderr);
process.exit();
