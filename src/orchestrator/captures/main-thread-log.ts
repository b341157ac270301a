import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * With `--prof` V8 writes a log per thread, and 0x takes the first listed and deletes the others: one run in ten a
 * worker's. This makes the main thread's the first, which alone has run Node's `run_main_module`. Text, because a
 * function turned to text may carry helpers of its compiler; it runs in the tool's process, before the tool.
 */
const PUT_MAIN_THREAD_FIRST = `
const fs = require('node:fs');
const list = fs.readdirSync;
const isLog = (name) => typeof name === 'string' && /^isolate-.*-v8\\.log$/.test(name);
fs.readdirSync = (folder, ...rest) => {
  const names = list(folder, ...rest);
  const logs = names.filter(isLog);
  if (logs.length < 2) return names;
  const main = logs.find((name) => {
    return fs.readFileSync(folder + '/' + name).includes('node:internal/main/run_main_module');
  });
  return main === undefined ? names : [main, ...names.filter((name) => name !== main)];
};
`;

/** Arguments for `node` before the tool's script. Not `--import`: 0x would then take itself for a library. */
export async function mainThreadLog(scratch: string): Promise<string[]> {
  const file = join(scratch, 'main-thread-first.cjs');
  await writeFile(file, PUT_MAIN_THREAD_FIRST);
  return ['--require', file];
}
