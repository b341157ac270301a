import { crc32 } from 'node:zlib';

/**
 * A 32-bit fingerprint of what a job produced, to compare the same job between variants. CRC-32, because
 * Node has it natively (about 1 GB/s, no allocation) and it is only to find differences, not to resist them.
 * Values without a byte form go through JSON, a Map or a Set as the list of what is in it; `undefined` is 0.
 *
 * @throws TypeError if the value has no JSON form (a cycle, say): give the workload a `digest` then.
 */
export function digestOf(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'string') return crc32(value);
  if (ArrayBuffer.isView(value)) {
    return crc32(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
  if (value instanceof ArrayBuffer) return crc32(new Uint8Array(value));
  if (typeof value === 'bigint') return crc32(`${value}n`);
  // As JSON every one of them is {}, and any two would be taken for equal.
  const plain = value instanceof Map || value instanceof Set ? [...value] : value;
  return crc32(JSON.stringify(plain) ?? String(plain));
}

/** Continues a digest over the next chunk of the same stream of bytes. */
export function digestChunk(chunk: Uint8Array, previous: number): number {
  return crc32(chunk, previous);
}
