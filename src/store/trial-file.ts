import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** One of the trials of equal size that a file of rows is made of. */
export interface TrialPlace {
  readonly file: string;
  /** Number of the trial in the file, 0-based. */
  readonly trial: number;
}

/** Writes a trial's parts. Throws the system's error with no part left: the record of the run needs the room. */
export function writeTrial({ file, trial }: TrialPlace, parts: readonly Uint8Array[]): void {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  closeSync(openSync(file, 'a+'));
  const descriptor = openSync(file, 'r+');
  try {
    let at = trial * size;
    for (const part of parts) {
      let done = 0;
      while (done < part.length) done += writeSync(descriptor, part, done, part.length - done, at + done);
      at += part.length;
    }
  } catch (thrown) {
    ftruncateSync(descriptor, trial * size);
    throw thrown;
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a trial back; null if the file does not hold all of it. */
export function readTrial({ file, trial }: TrialPlace, size: number): Uint8Array<ArrayBuffer> | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return null;
  }
  try {
    // Before memory is taken for it.
    if (fstatSync(descriptor).size < (trial + 1) * size) return null;
    const raw = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const got = readSync(descriptor, raw, done, size - done, trial * size + done);
      if (got === 0) return null;
      done += got;
    }
    return raw;
  } finally {
    closeSync(descriptor);
  }
}
