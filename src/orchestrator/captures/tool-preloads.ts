import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Run in the tool's process, before the tool. Text, because a function turned to text may carry helpers of its compiler. */
const PRELOADS = {
  /**
   * With `--prof` V8 writes a log per thread, and 0x takes the first listed and deletes the others: one run in ten a
   * worker's. This makes the main thread's the first, which alone has run Node's `run_main_module`.
   */
  'main-thread-first': `
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
`,
  /**
   * 0x and clinic put their data into a script as JSON. A function named `</script>` would end that script: this keeps
   * `<` out of JSON.
   */
  'markup-free-json': `
const stringify = JSON.stringify;
JSON.stringify = (...given) => {
  const text = stringify(...given);
  return typeof text === 'string' ? text.replaceAll('<', '\\\\u003c') : text;
};
`,
};

/** Arguments for `node` before the tool's script. Not `--import`: 0x would then take itself for a library. */
export async function toolPreloads(scratch: string): Promise<string[]> {
  const given: string[] = [];
  for (const [name, text] of Object.entries(PRELOADS)) {
    const file = join(scratch, `${name}.cjs`);
    await writeFile(file, text);
    given.push('--require', file);
  }
  return given;
}
