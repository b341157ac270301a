// The loop that one would write by hand with bare undici: told over IPC, it runs once and answers its wall.
import { Pool } from 'undici';

const { url, jobs, inFlight, api } = JSON.parse(process.argv[2]);
const { origin, pathname, search } = new URL(url);
const path = pathname + search;
const pool = new Pool(origin, { connections: inFlight, pipelining: 1, keepAliveTimeout: 600_000 });

const withRequest = async () => {
  const { body } = await pool.request({ path, method: 'GET' });
  await body.text();
};

const withDispatch = () =>
  new Promise((resolve, reject) => {
    pool.dispatch(
      { path, method: 'GET' },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd: resolve,
        onResponseError: (_, error) => reject(error),
      },
    );
  });

const send = api === 'dispatch' ? withDispatch : withRequest;

process.on('message', async () => {
  globalThis.gc?.({ type: 'minor' });
  let started = 0;
  const slot = async () => {
    while (started < jobs) {
      started++;
      await send();
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: inFlight }, slot));
  process.send(performance.now() - startedAt);
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
