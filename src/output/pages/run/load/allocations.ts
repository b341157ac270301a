import { join } from 'node:path';
import type { Allocations } from '../../../../core/documents/flame.ts';
import type { RunRecord, Warning } from '../../../../core/documents/run-record.ts';
import { heapProfileFile } from '../../../../core/documents/v8-profiles.ts';
import { messageOf } from '../../../../core/errors.ts';
import type { VariantName } from '../../../../core/variants.ts';
import { warningOf } from '../../../../core/warnings.ts';
import { AllocationBuilder } from '../../../../profile/heap-allocations.ts';
import { readHeapOfThread, threadsIn } from '../../../../store/thread-profiles.ts';
import { ProfileRoom } from '../../../profile-room.ts';

export interface LoadedAllocations {
  readonly allocations: readonly Allocations[];
  /** A profile that can't be read is a warning: the rest is still worth having. */
  readonly problems: readonly Warning[];
}

/** What each variant allocated, from what the capture `heap` left in the run folder. */
export async function loadAllocations(
  runDir: string,
  { variants }: Pick<RunRecord, 'variants'>,
): Promise<LoadedAllocations> {
  const allocations: Allocations[] = [];
  const problems: Warning[] = [];
  const room = new ProfileRoom();
  for (const { name } of variants) {
    const loaded = await loadVariant(join(runDir, name, 'heap'), name, room, problems);
    if (loaded.flame.threads.length > 0) allocations.push(loaded);
  }
  return { allocations, problems: [...problems, ...room.problems('what allocates')] };
}

async function loadVariant(
  folder: string,
  variant: VariantName,
  room: ProfileRoom,
  problems: Warning[],
): Promise<Allocations> {
  const builder = new AllocationBuilder(variant);
  for (const thread of await threadsIn(folder, 'heapprofile')) {
    const file = heapProfileFile(thread);
    if (!room.admits(join(folder, file), variant)) continue;
    try {
      room.take(builder.add(await readHeapOfThread(join(folder, file), 'it')));
    } catch (error) {
      problems.push(
        warningOf({
          code: 'profile-unreadable',
          message: `${variant}/heap/${file} cannot be read: ${messageOf(error)}`,
          variant,
        }),
      );
    }
  }
  return builder.data();
}
