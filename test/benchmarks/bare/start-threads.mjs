// Time until two bare threads have imported undici, ms.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const startedAt = performance.now();
const threads = [1, 2].map(() => new Worker(new URL('thread-with-undici.mjs', import.meta.url)));
await Promise.all(threads.map((thread) => once(thread, 'message')));
process.stdout.write(String(performance.now() - startedAt));
process.exit(0);
