import { once } from 'node:events';
import { Option } from 'commander';
import { oneOf } from './values.ts';

const CSV_KINDS = ['blocks', 'jobs'] as const;
export type CsvKind = (typeof CSV_KINDS)[number];

/** What stdout gets; at most one of them, else text for people. */
export interface OutputOptions {
  readonly json: boolean;
  readonly markdown: boolean;
  readonly csv: CsvKind | null;
}

/** As commander gives them. */
export interface GivenOutput {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly csv?: CsvKind;
}

export function outputOptions(json: string): Option[] {
  const options = [
    new Option('--json', json).conflicts(['markdown', 'csv']),
    new Option('--markdown', 'Markdown on stdout, for a pull request').conflicts(['json', 'csv']),
    new Option('--csv <what>', `${CSV_KINDS.join(' or ')} as CSV on stdout`)
      .argParser(oneOf('--csv', CSV_KINDS))
      .conflicts(['json', 'markdown']),
  ];
  return options.map((option) => option.helpGroup('Output:'));
}

export function toOutput({ json, markdown, csv }: GivenOutput): OutputOptions {
  return { json: json === true, markdown: markdown === true, csv: csv ?? null };
}

/** True if stdout holds something for a program, and nothing else. */
export function isForPrograms({ json, markdown, csv }: OutputOptions): boolean {
  return json || markdown || csv !== null;
}

const CHUNK_CHARACTERS = 65_536;

/** Writes the lines no faster than they are taken, and stops when nobody takes them any more. */
export async function writeLines(
  stream: NodeJS.WriteStream,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  let chunk = '';
  for await (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    if (!(await write(stream, chunk))) return;
    chunk = '';
  }
  if (chunk !== '') await write(stream, chunk);
}

/** False if the stream has been closed by whoever read it. */
async function write(stream: NodeJS.WriteStream, text: string): Promise<boolean> {
  if (stream.destroyed) return false;
  if (stream.write(text)) return true;
  // Of the two the one that does not come would keep its listeners, chunk after chunk.
  const either = new AbortController();
  const { signal } = either;
  await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).catch(
    () => undefined,
  );
  either.abort();
  return !stream.destroyed;
}
