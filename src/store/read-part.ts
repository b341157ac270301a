import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Up to `bytes` of a file, starting at `offset`; empty for what is not there or can't be read. */
export function readPart(file: string, offset: number, bytes: number): Buffer {
  return partOf(file, () => offset, bytes);
}

/** The last `bytes` of a file, however long it is; empty for what is not there or can't be read. */
export function readEnd(file: string, bytes: number): Buffer {
  return partOf(file, (size) => Math.max(0, size - bytes), bytes);
}

function partOf(file: string, offsetIn: (size: number) => number, bytes: number): Buffer {
  try {
    const handle = openSync(file, 'r');
    try {
      const { size } = fstatSync(handle);
      const offset = offsetIn(size);
      const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - offset)));
      return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, offset));
    } finally {
      closeSync(handle);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
