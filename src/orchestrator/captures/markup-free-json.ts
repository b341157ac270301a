import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * 0x and clinic put their data into a script as JSON. A function named `</script>` would end that script: this keeps
 * `<` out of JSON. Runs as text in the tool's process, see main-thread-log.ts.
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
