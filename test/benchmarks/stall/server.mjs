/**
 * A server that stalls for the last second of every ten: what arrives in that second is dealt with at its end.
 * Everything else is answered after a fixed latency. Tells its URL over IPC, and ends with its parent.
 */
import { createServer } from 'node:http';

const { periodMs, stallMs, latencyMs } = JSON.parse(process.argv[2] ?? '{}');
const startedAt = performance.now();

/** How long the stall goes on, ms; 0 outside of one. */
function stallLeft() {
  const at = (performance.now() - startedAt) % periodMs;
  return at < periodMs - stallMs ? 0 : periodMs - at;
}

const server = createServer((_, response) => {
  setTimeout(() => response.end('done'), stallLeft() + latencyMs);
});
// Longer than anything that is measured here: no connection is opened because an idle one was closed.
server.keepAliveTimeout = 3_600_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${server.address().port}` });
});
process.on('disconnect', () => process.exit());
