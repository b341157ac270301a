import { fstatSync, writeFileSync } from 'node:fs';
import { Option } from 'commander';
import { oneOf } from './values.ts';

const CSV_KINDS = ['trials', 'jobs'] as const;
export type CsvKind = (typeof CSV_KINDS)[number];

/** What stdout gets; at most one of them, else text for people. */
export interface OutputOptions {
  readonly json: boolean;
  readonly markdown: boolean;
  readonly csv: CsvKind | null;
  readonly details: boolean;
}

/** As commander gives them. */
export interface GivenOutput {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly csv?: CsvKind;
  readonly details?: boolean;
}

export function outputOptions(json: string): Option[] {
  const options = [
    new Option('--json', json).conflicts(['markdown', 'csv']),
    new Option('--markdown', 'print Markdown on stdout, for a pull request').conflicts(['json', 'csv']),
    new Option('--csv <what>', `print ${CSV_KINDS.join(' or ')} as CSV on stdout`)
      .argParser(oneOf('--csv', CSV_KINDS))
      .conflicts(['json', 'markdown']),
    new Option('--details', 'print every table'),
  ];
  return options.map((option) => option.helpGroup('Output:'));
}

export function toOutput({ json, markdown, csv, details }: GivenOutput): OutputOptions {
  return { json: json === true, markdown: markdown === true, csv: csv ?? null, details: details === true };
}

/** True if stdout holds something for a program, and nothing else. */
export function isForPrograms({ json, markdown, csv }: OutputOptions): boolean {
  return json || markdown || csv !== null;
}

export function writeJson(value: unknown): Promise<void> {
  return writeOut([`${JSON.stringify(value, null, 2)}\n`]);
}

type Stdout = NodeJS.WriteStream & { readonly fd?: number };

const CHUNK_LENGTH = 65_536;

/** Writes no faster than pieces are taken; stops when that fails or nobody reads. main.ts reports the stream's errors. */
export async function writeOut(
  pieces: Iterable<string> | AsyncIterable<string | Uint8Array>,
  stream: Stdout = process.stdout,
): Promise<void> {
  let chunk = '';
  for await (const piece of pieces) {
    if (typeof piece !== 'string') {
      if (!(await write(stream, chunk)) || !(await write(stream, piece))) return;
      chunk = '';
      continue;
    }
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    if (!(await write(stream, chunk))) return;
    chunk = '';
  }
  await write(stream, chunk);
}

function write(stream: Stdout, data: string | Uint8Array): Promise<boolean> | boolean {
  if (data.length === 0) return true;
  if (stream.destroyed) return false;
  if (!isFile(stream)) return new Promise((resolve) => stream.write(data, (error) => resolve(error == null)));
  try {
    // Not the stream's own `write`: on a disk that fills up it takes a part of the data for all of it.
    writeFileSync(stream.fd, data);
    return true;
  } catch (thrown) {
    stream.emit('error', thrown);
    return false;
  }
}

/** Whether the stream leads to a file or a device, and to no pipe, socket or terminal. */
function isFile(stream: Stdout): stream is Stdout & { readonly fd: number } {
  if (stream.fd === undefined || stream.isTTY) return false;
  const stats = fstatSync(stream.fd);
  return stats.isFile() || stats.isCharacterDevice();
}
