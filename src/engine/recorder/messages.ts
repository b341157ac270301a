import { MessagePort } from 'node:worker_threads';
import { nowMs } from './config.ts';

interface SentMessages {
  take(): { readonly sent: number; readonly sendMs: number };
  stop(): void;
}

/** Counts the messages that this thread posts, and the time that serialising them takes. `Worker` posts through a port. */
export function watchMessages(): SentMessages {
  let sent = 0;
  let sendMs = 0;
  const { prototype } = MessagePort;
  const original = prototype.postMessage;
  const counted = function postMessage(this: MessagePort, ...given: Parameters<typeof original>): unknown {
    const before = nowMs();
    try {
      // BroadcastChannel posts through a port as well, and throws unless that returns something.
      return Reflect.apply(original, this, given);
    } finally {
      sent++;
      sendMs += nowMs() - before;
    }
  };
  prototype.postMessage = counted;
  return {
    take() {
      const taken = { sent, sendMs };
      sent = 0;
      sendMs = 0;
      return taken;
    },
    stop() {
      // Other code may have wrapped it since.
      if (prototype.postMessage === counted) prototype.postMessage = original;
    },
  };
}
