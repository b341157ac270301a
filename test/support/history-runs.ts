import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { createRandom } from '../../src/core/statistics/random.ts';
import { recordOfWalls, withCpu } from './record-of-walls.ts';

const ROUNDS = 8;

/** Ids and records of runs, one a day, the oldest first; of each `of` says wall and CPU of all jobs of event-loop, ms. */
export function dailyRuns(
  count: number,
  of: (run: number) => { readonly wall: number; readonly cpu: number } & Partial<RunRecord>,
): RunRecord[] {
  const random = createRandom(9);
  const about = (value: number) => Array.from({ length: ROUNDS }, () => value * (1 + 0.01 * random()));
  return Array.from({ length: count }, (_, run) => {
    const { wall, cpu, ...over } = of(run);
    const createdAt = new Date(Date.UTC(2026, 9, 1 + run, 9)).toISOString();
    const id = `${createdAt.slice(0, 19).replaceAll(/[-:]/g, '')}Z-r${String(run).padStart(3, '0')}`;
    const git = { commit: run.toString(16).padStart(40, '0'), modified: false };
    return recordOfWalls(
      { 'event-loop': withCpu(about(wall), about(cpu)) },
      { ...{ id, createdAt, finishedAt: createdAt, git, out: 'profiles' }, ...over },
    );
  });
}
