import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Up to `bytes` of a file from `offset` on; empty for what is not there or can't be read. */
export function readPart(file: string, offset: number, bytes: number): Buffer {
  return withFile(file, (handle) => partOf(handle, offset, bytes));
}

/** The last `bytes` of a file, however long it is; empty for what is not there or can't be read. */
export function readEnd(file: string, bytes: number): Buffer {
  return withFile(file, (handle) => partOf(handle, Math.max(0, fstatSync(handle).size - bytes), bytes));
}

function partOf(handle: number, offset: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readSync(handle, buffer, 0, bytes, offset));
}

function withFile(file: string, read: (handle: number) => Buffer): Buffer {
  try {
    const handle = openSync(file, 'r');
    try {
      return read(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
