import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { ControllerData } from './preload.ts';
import { recordThreads } from './record-threads.ts';

const TURN_MS = 50;

/**
 * A thread of its own in each recorded process. It has the inspector of the main thread, and through it those of the
 * workers: it can sample a thread that is stuck, and write its samples, without that thread's help. A recording that
 * begins within 2 s after the last one is made by the same controller.
 */
let recording = recordThreads(workerData as ControllerData);

// A session does not keep the event loop alive; this does. A listener on the port would keep the program alive.
setInterval(() => {
  recording.turn();
  const next = recording.isOver() ? receiveMessageOnPort(parentPort!) : undefined;
  if (next !== undefined) recording = recordThreads(next.message as ControllerData);
}, TURN_MS);
// A thread may end at any moment, with its pending requests: the others continue.
process.on('unhandledRejection', () => undefined);
