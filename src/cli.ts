#!/usr/bin/env node
import { complain } from './commands/complain.ts';
import { checkDescriptors } from './descriptors.ts';

const debug = (process.env.THREADMILL_DEBUG ?? '') !== '';

for (const stream of [process.stdout, process.stderr]) {
  // Whoever read this has read enough (`threadmill bench | head`); the run goes on and is saved.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 1;
  });
}

process.on('uncaughtException', (thrown) => process.exit(complain(thrown, debug)));

/** process.exit drops what a pipe has not taken yet. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}

checkDescriptors();
// Only now: with too few file descriptors its modules could not even be loaded.
const { main } = await import('./commands/program.ts');
const code = await main(process.argv.slice(2));
await Promise.all([drained(process.stdout), drained(process.stderr)]);
process.exit(code);
