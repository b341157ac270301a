/**
 * What each HTTP client costs, by itself and through Threadmill: CPU and requests a second of the same requests through
 * `httpWorkload` with that client, and through a loop written by hand with it, which checks the status and takes the
 * digest of the body as a job does. Each side of each client is a process of its own, as in a run: in one process, the
 * clients would slow down what they share of undici. A round has all clients in shuffled order, each with its two sides
 * one after the other; the processes are started anew several times. Prints the table of docs/benchmarks.md.
 *
 *   make clients             (ARGS="--rounds 40 --starts 4 --ms 200 --connections 16 --only fetch,ky")
 */
import { parseArgs } from 'node:util';
import { CLIENT_NAMES, type ClientName } from '../../src/core/clients.ts';
import { medianInterval } from '../../src/core/statistics/median-interval.ts';
import { median, sortNumbers } from '../../src/core/statistics/quantile.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { type Contender, startBare } from './paired.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    starts: { type: 'string', default: '4' },
    ms: { type: 'string', default: '200' },
    connections: { type: 'string', default: '16' },
    only: { type: 'string' },
  },
});
const [rounds, starts] = [Number(values.rounds), Number(values.starts)];
const [ms, slots] = [Number(values.ms), Number(values.connections)];
const WARM_UP_ROUNDS = 5;
const SIDES = ['threadmill', 'hand'] as const;
const names = CLIENT_NAMES.filter((client) => values.only?.split(',').includes(client) !== false);

type Side = (typeof SIDES)[number];
/** Of a request, µs, by round. */
type Samples = Readonly<Record<'cpu' | 'wall', number[]>>;

const server = await startEmbeddedServer({ seed: 1, keepAlive: true });
const url = `${server.url}/api/users/1?latency=0&size=1000`;
const samples = new Map<ClientName, Record<Side, Samples>>(
  names.map((client) => [
    client,
    { threadmill: { cpu: [], wall: [] }, hand: { cpu: [], wall: [] } },
  ]),
);
try {
  for (let start = 0; start < starts; start++) await measure(Math.ceil(rounds / starts));
} finally {
  await server.stop();
}
print();

async function measure(counted: number): Promise<void> {
  const loops = new Map<ClientName, Record<Side, Contender>>();
  for (const client of names) {
    const [threadmill, hand] = await Promise.all(
      SIDES.map((by) => startBare('client-loop.mjs', { by, client, url, slots, ms })),
    );
    loops.set(client, { threadmill: threadmill!, hand: hand! });
  }
  for (let round = -WARM_UP_ROUNDS; round < counted; round++) {
    for (const client of shuffled(names)) {
      for (const side of shuffled(SIDES)) {
        const { cpu, wall } = await loops.get(client)![side].trial();
        if (round < 0) continue;
        samples.get(client)![side].cpu.push(cpu!);
        samples.get(client)![side].wall.push(wall!);
      }
    }
  }
  for (const { threadmill, hand } of loops.values()) await Promise.all([threadmill.close(), hand.close()]);
}

function print(): void {
  console.log(
    `${rounds} rounds of ${ms} ms, ${starts} starts, ${slots} connections, Node ${process.versions.node}\n`,
  );
  console.log(
    '| client | requests/s | CPU, µs a request | of the first one’s CPU | time ÷ by hand | CPU ÷ by hand |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  const first = samples.get(names[0]!)!.threadmill;
  for (const [client, { threadmill, hand }] of samples) {
    const cells = [
      spread(
        threadmill.wall.map((us) => 1e6 / us),
        0,
      ),
      spread(threadmill.cpu, 0),
      spread(ratios(threadmill.cpu, first.cpu), 2),
      spread(ratios(threadmill.wall, hand.wall), 3),
      spread(ratios(threadmill.cpu, hand.cpu), 3),
    ];
    console.log(`| \`${client}\` | ${cells.join(' | ')} |`);
  }
  console.log('\nMedians with their 95% intervals; ratios are within rounds.');
}

function shuffled<T>(list: readonly T[]): T[] {
  return list.toSorted(() => Math.random() - 0.5);
}

function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, round) => value / below[round]!);
}

/** `1.02 (0.99–1.05)`; the median alone where the rounds are too few for an interval. */
function spread(values: readonly number[], digits: number): string {
  const interval = medianInterval(sortNumbers([...values]), 0.95);
  const middle = median([...values])!.toFixed(digits);
  return interval === null
    ? middle
    : `${middle} (${interval.low.toFixed(digits)}–${interval.high.toFixed(digits)})`;
}
