/** A worker of a queue; see src/engine/variants/queue/queue-worker.ts. */
import { NativeThreads } from '../src/engine/measurement/native-threads.ts';

// Before anything here starts a thread.
const nativeThreads = NativeThreads.open();
const { serveQueue } = await import('../src/engine/variants/queue/queue-worker.ts');
const { THREADMILL_QUEUE_URL: url = '', THREADMILL_QUEUE_SECRET: secret } = process.env;
serveQueue(url, secret, nativeThreads);
