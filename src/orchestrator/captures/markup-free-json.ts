import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * 0x and clinic put their data into a script of their page as JSON.stringify makes it. A function may be called
 * anything: one with `</script>` in its name would end that script, and the rest of the name would be markup.
 * This has no JSON hold a `<`, in a way that changes nothing of what it means.
 *
 * It runs inside of the tool's process, before the tool, and is text for the reason given in main-thread-log.ts.
 */
const NO_MARKUP_IN_JSON = `
const stringify = JSON.stringify;
JSON.stringify = (...given) => {
  const text = stringify(...given);
  return typeof text === 'string' ? text.replaceAll('<', '\\\\u003c') : text;
};
`;

export async function markupFreeJson(scratch: string): Promise<string[]> {
  const file = join(scratch, 'markup-free-json.cjs');
  await writeFile(file, NO_MARKUP_IN_JSON);
  return ['--require', file];
}
