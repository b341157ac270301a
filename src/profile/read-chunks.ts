import { ThreadmillError } from '../core/errors.ts';
import { Invalid } from './checks.ts';
import { JsonTrouble } from './json-bytes.ts';

/** What a file should have been: `CPU profile`, what to give instead, and what reads it. */
export interface FileKind<T> {
  readonly kind: string;
  readonly advice: string;
  reader(): { write(chunk: Uint8Array): void; end(): T };
}

/** Reads a file of a kind in chunks. `source` names it in messages. @throws ThreadmillError `run-unreadable`; and what `chunks` throws */
export async function readChunks<T>(
  file: FileKind<T>,
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): Promise<T> {
  const reader = file.reader();
  for await (const chunk of chunks) explained(source, file, () => reader.write(chunk));
  return explained(source, file, () => reader.end());
}

/** Reads a part of a file; an error becomes `run-unreadable`, which names `source` and the place. */
export function explained<T>(
  source: string,
  { kind, advice }: Pick<FileKind<unknown>, 'kind' | 'advice'>,
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Invalid) && !(error instanceof JsonTrouble)) throw error;
    throw new ThreadmillError('run-unreadable', `${source} is not a ${kind}: ${error.message}.`, { advice });
  }
}
