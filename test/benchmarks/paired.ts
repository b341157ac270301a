import { fork } from 'node:child_process';
import { once } from 'node:events';
import { quantile, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { createRandom, shuffle } from '../../src/core/statistics/random.ts';

/** What one trial took, by the name of the measure: ms. */
export type Taken = Readonly<Record<string, number>>;

export interface Contender {
  trial(): Promise<Taken>;
  close(): Promise<void>;
}

export interface Side {
  readonly ours: Contender;
  readonly bare: Contender;
}

/** Pairs back to back in a shuffled order; the first is the warm-up. Prints a line for each measure. */
export async function compare(
  title: string,
  sides: Side,
  rounds: number,
  limit: number | null,
): Promise<void> {
  const taken: Record<keyof Side, Taken>[] = [];
  for (let round = -1; round < rounds; round++) {
    const seen = { ours: {}, bare: {} } as Record<keyof Side, Taken>;
    for (const side of shuffle(['ours', 'bare'] as (keyof Side)[], createRandom(round + 2))) {
      seen[side] = await sides[side].trial();
    }
    if (round >= 0) taken.push(seen);
  }
  await sides.ours.close();
  await sides.bare.close();
  const names = Object.keys(taken[0]?.ours ?? {});
  for (const name of names) {
    const walls = taken.map(({ ours, bare }) => ({ ours: ours[name]!, bare: bare[name]! }));
    printRatio(names.length === 1 ? title : `${title}: ${name}`, walls, limit);
  }
}

export function printRatio(
  title: string,
  pairs: readonly { readonly ours: number; readonly bare: number }[],
  limit: number | null,
): void {
  const at = (list: readonly number[], p: number) => quantile(sortNumbers([...list]), p) ?? Number.NaN;
  const ratios = pairs.map(({ ours, bare }) => ours / bare);
  const middle = (side: keyof Side) =>
    at(
      pairs.map((pair) => pair[side]),
      0.5,
    ).toFixed(0);
  const ratio = at(ratios, 0.5);
  const verdict = limit === null ? '' : `  limit ${limit.toFixed(2)} ${ratio <= limit ? 'held' : 'MISSED'}`;
  console.log(
    `${title.padEnd(56)} ${ratio.toFixed(3)} [${at(ratios, 0.25).toFixed(3)}, ${at(ratios, 0.75).toFixed(3)}]` +
      `  ${middle('ours')} / ${middle('bare')} ms${verdict}`,
  );
}

/** A script of bare/ that runs once each time it is told to, and answers its wall, ms, or more measures. */
export async function startBare(script: string, options: object): Promise<Contender> {
  const child = fork(new URL(`bare/${script}`, import.meta.url), [JSON.stringify(options)], {
    execArgv: ['--expose-gc'],
  });
  await once(child, 'message');
  return {
    trial: async () => {
      child.send('go');
      const [taken] = (await once(child, 'message')) as [number | Taken];
      return typeof taken === 'number' ? { wall: taken } : taken;
    },
    close: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
