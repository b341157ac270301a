import { medianInterval } from '../../src/core/statistics/median-interval.ts';
import { median, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { type Contender, startBare } from './paired.ts';

const SIDES = ['threadmill', 'hand'] as const;
/** got and ky take some 2 s until V8 has compiled them. */
const WARM_UP_MS = 3_000;

/** Of a request, µs, by round: CPU of the process, and wall. */
export type SideSamples = Readonly<
  Record<(typeof SIDES)[number], Readonly<Record<'cpu' | 'wall', number[]>>>
>;

interface Plan {
  readonly rounds: number;
  /** The processes are started so many times, and each has its share of the rounds. */
  readonly starts: number;
  /** What `bare/client-loop.mjs` is told. */
  readonly loop: { readonly url: string; readonly slots: number; readonly ms: number; readonly ca?: string };
}

/**
 * Requests through Threadmill and by hand, by each client, each side in a process of its own, as in a run: in one process
 * they slow each other down. A round has all clients in shuffled order, with their two sides one after the other.
 *
 * @param afterRound called after each round that counts
 */
export async function measureSides<Client extends string>(
  clients: readonly Client[],
  { rounds, starts, loop }: Plan,
  afterRound = async (): Promise<void> => {},
): Promise<Map<Client, SideSamples>> {
  const samples = new Map<Client, SideSamples>(
    clients.map((client) => [client, { threadmill: { cpu: [], wall: [] }, hand: { cpu: [], wall: [] } }]),
  );
  for (let start = 0; start < starts; start++) {
    const loops = new Map<Client, Record<keyof SideSamples, Contender>>();
    for (const client of clients) {
      const [threadmill, hand] = await Promise.all(
        SIDES.map((by) => startBare('client-loop.mjs', { by, client, ...loop })),
      );
      loops.set(client, { threadmill: threadmill!, hand: hand! });
    }
    const counted = Math.ceil(rounds / starts);
    for (let round = -Math.ceil(WARM_UP_MS / loop.ms); round < counted; round++) {
      for (const client of shuffled(clients)) {
        for (const side of shuffled(SIDES)) {
          const { cpu, wall } = await loops.get(client)![side].trial();
          if (round < 0) continue;
          samples.get(client)![side].cpu.push(cpu!);
          samples.get(client)![side].wall.push(wall!);
        }
      }
      if (round >= 0) await afterRound();
    }
    for (const { threadmill, hand } of loops.values()) await Promise.all([threadmill.close(), hand.close()]);
  }
  return samples;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list.toSorted(() => Math.random() - 0.5);
}

/** `1.02 (0.99–1.05)`: the median with its 95% interval; the median alone where the values are too few for one. */
export function spread(values: readonly number[], digits: number): string {
  const interval = medianInterval(sortNumbers([...values]), 0.95);
  const middle = median([...values])!.toFixed(digits);
  return interval === null
    ? middle
    : `${middle} (${interval.low.toFixed(digits)}–${interval.high.toFixed(digits)})`;
}
