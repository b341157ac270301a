import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SavedHeapProfile } from '../types/heap-profile.ts';
import { heapProfileFile, threadLabel } from '../types/thread-names.ts';
import type { HeapSampledThread } from '../variants/variant.ts';

/**
 * Saves what each thread allocated.
 *
 * @returns the names of the files within the folder, main thread first
 */
export function writeHeapProfiles(
  dir: string,
  sampled: readonly HeapSampledThread[],
  { variant, intervalBytes }: { readonly variant: string; readonly intervalBytes: number },
): string[] {
  mkdirSync(dir, { recursive: true });
  return sampled.map(({ thread, profile }) => {
    const label = threadLabel(thread);
    const named: SavedHeapProfile = { ...profile, threadmill: { thread, label, variant, intervalBytes } };
    const file = heapProfileFile(thread);
    writeFileSync(join(dir, file), JSON.stringify(named));
    return file;
  });
}
