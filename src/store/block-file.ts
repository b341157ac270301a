import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** One of the blocks of equal size that a file of rows is made of. */
export interface BlockPlace {
  readonly file: string;
  /** Number of the block in the file, 0-based. */
  readonly block: number;
}

/**
 * Writes a block, its parts one after another; the file is made if it is missing. Throws the system's error
 * (ENOSPC…), with no part of the block left in the file: on a full disk the record of the run needs the room.
 */
export function writeBlock({ file, block }: BlockPlace, parts: readonly Uint8Array[]): void {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  closeSync(openSync(file, 'a+'));
  const descriptor = openSync(file, 'r+');
  try {
    let at = block * size;
    for (const part of parts) {
      let done = 0;
      while (done < part.length) done += writeSync(descriptor, part, done, part.length - done, at + done);
      at += part.length;
    }
  } catch (thrown) {
    ftruncateSync(descriptor, block * size);
    throw thrown;
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a block back; null if the file does not hold all of it. */
export function readBlock({ file, block }: BlockPlace, size: number): Uint8Array<ArrayBuffer> | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return null;
  }
  try {
    // Before memory is taken for it.
    if (fstatSync(descriptor).size < (block + 1) * size) return null;
    const raw = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const got = readSync(descriptor, raw, done, size - done, block * size + done);
      if (got === 0) return null;
      done += got;
    }
    return raw;
  } finally {
    closeSync(descriptor);
  }
}
