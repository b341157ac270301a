import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FlameData } from '../../../../core/documents/flame.ts';
import type { RunRecord, Warning } from '../../../../core/documents/run-record.ts';
import { messageOf } from '../../../../core/errors.ts';
import type { VariantName } from '../../../../core/variants.ts';
import { warningOf } from '../../../../core/warnings.ts';
import { FlameBuilder } from '../../../../profile/flame-tree.ts';
import { readProfileOfThread } from '../../../../store/thread-profiles.ts';
import { ProfileRoom } from '../../../profile-room.ts';

export interface LoadedFlames {
  readonly flames: readonly FlameData[];
  /** A profile that can't be read is a warning: the rest is still worth having. */
  readonly problems: readonly Warning[];
}

export async function loadFlames(
  runDir: string,
  { variants }: Pick<RunRecord, 'variants'>,
): Promise<LoadedFlames> {
  const flames: FlameData[] = [];
  const problems: Warning[] = [];
  const room = new ProfileRoom();
  for (const { name } of variants) {
    const flame = await loadFlame(runDir, name, room, problems);
    if (flame !== null) flames.push(flame);
  }
  return { flames, problems: [...problems, ...room.problems('the flamegraph')] };
}

/** One profile after another: what is kept of each is its call tree, not its samples. */
async function loadFlame(
  runDir: string,
  variant: VariantName,
  room: ProfileRoom,
  problems: Warning[],
): Promise<FlameData | null> {
  const folder = join(runDir, variant, 'threads');
  const flame = new FlameBuilder(variant);
  for (const file of await profilesIn(folder)) {
    if (!room.admits(join(folder, file), variant)) continue;
    try {
      room.take(flame.add(await readProfileOfThread(join(folder, file), 'it')));
    } catch (error) {
      problems.push(
        warningOf({
          code: 'profile-unreadable',
          message: `${variant}/threads/${file} cannot be read: ${messageOf(error)}`,
          variant,
        }),
      );
    }
  }
  const data = flame.data();
  return data.threads.length === 0 ? null : data;
}

/** Sorted: a file system lists in any order, and the report must not depend on it. */
async function profilesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile')).sort();
  } catch {
    return [];
  }
}
