/**
 * What each HTTP client costs, by itself and through Threadmill: CPU and requests a second of the same requests through
 * `httpWorkload` with that client, and through a loop written by hand with it, which checks the status and takes the
 * digest of the body as a job does. See `measureSides`. Prints the table of docs/benchmarks.md.
 *
 *   make clients             (ARGS="--rounds 40 --starts 4 --ms 200 --connections 16 --only fetch,ky")
 */
import { parseArgs } from 'node:util';
import { CLIENT_NAMES } from '../../src/core/clients.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { measureSides, spread } from './client-sides.ts';

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
const names = CLIENT_NAMES.filter((client) => values.only?.split(',').includes(client) !== false);

const server = await startEmbeddedServer({ seed: 1, keepAlive: true });
try {
  const url = `${server.url}/api/users/1?latency=0&size=1000`;
  const samples = await measureSides(names, { rounds, starts, loop: { url, slots, ms } });
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
} finally {
  await server.stop();
}

function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.map((value, round) => value / below[round]!);
}
