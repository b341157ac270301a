import type { HeapProfile } from '../../src/profile/heap-profile.ts';
import type { Profile } from '../../src/profile/profile.ts';
import { explained, type FileKind } from '../../src/profile/read-chunks.ts';
import { CPU_PROFILE } from '../../src/profile/read-cpu-profile.ts';
import { HEAP_PROFILE } from '../../src/profile/read-heap-profile.ts';

/** Reads what is in memory at once: a file's bytes, or its text. */
function parse<T>(file: FileKind<T>, content: Uint8Array | string, source: string): T {
  const reader = file.reader();
  return explained(source, file, () => {
    reader.write(typeof content === 'string' ? Buffer.from(content) : content);
    return reader.end();
  });
}

export function parseCpuProfile(content: Uint8Array | string, source: string): Profile {
  return parse(CPU_PROFILE, content, source);
}

export function parseHeapProfile(content: Uint8Array | string, source: string): HeapProfile {
  return parse(HEAP_PROFILE, content, source);
}
