// A server that is told over IPC to record itself, or not, for some time, and answers the CPU of a request meanwhile, µs.
// So the same process, with the same compiled code, is compared with itself.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRecording } from '../../../dist/src/record.js';

/** The first windows of a recording are shorter than the later ones. */
const SETTLES_MS = 1_200;
const MEASURED_MS = 1_500;
const body = Array.from({ length: 200 }, (_, i) => ({ id: i, name: `item ${i}` }));
let requests = 0;

const server = createServer((_, response) => {
  requests++;
  const sorted = JSON.parse(JSON.stringify(body)).sort((a, b) => b.id - a.id);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(sorted));
});

async function record(options) {
  const out = mkdtempSync(join(tmpdir(), 'threadmill-switched-'));
  const stop = await startRecording({ out, ...options });
  return async () => {
    await stop();
    rmSync(out, { recursive: true, force: true });
  };
}

/** Each begins something, and returns what ends it. */
const ARMS = {
  none: () => () => {},
  record: () => record({}),
  'record --no-waits': () => record({ waits: false }),
  'record --light': () => record({ waits: false, intervalMs: 5 }),
  async 'cpu-prof'() {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 1_000 });
    await session.post('Profiler.start');
    return async () => {
      await session.post('Profiler.stop');
      session.disconnect();
    };
  },
};

process.on('message', async (arm) => {
  const end = await ARMS[arm]();
  await sleep(SETTLES_MS);
  const [cpu, before] = [process.cpuUsage(), requests];
  await sleep(MEASURED_MS);
  const { user, system } = process.cpuUsage(cpu);
  const done = requests - before;
  await end();
  process.send((user + system) / done);
});
process.on('disconnect', () => process.exit(0));
await once(server.listen(0, '127.0.0.1'), 'listening');
process.send(server.address().port);
