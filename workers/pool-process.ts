/** A child process of a pool; see src/engine/variants/pools/process-worker.ts. */
import { NativeThreads } from '../src/engine/measurement/native-threads.ts';

// Before anything here starts a thread.
const nativeThreads = NativeThreads.open();
const { serveProcess } = await import('../src/engine/variants/pools/process-worker.ts');
serveProcess(nativeThreads);
