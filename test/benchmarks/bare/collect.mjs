// A trial of Threadmill begins with an empty nursery in each of its threads; so does one of the loops written by hand.
import { once } from 'node:events';

const ASK = 'fidelity-collect';
const DONE = 'fidelity-collected';

/** In a worker thread: empties its nursery when told to. */
export function collectWhenTold() {
  const done = new BroadcastChannel(DONE);
  new BroadcastChannel(ASK).onmessage = () => {
    globalThis.gc?.({ type: 'minor' });
    done.postMessage(null);
  };
}

/** In the main thread, with so many worker threads. */
export async function collectAll(threads = 0) {
  globalThis.gc?.({ type: 'minor' });
  if (threads === 0) return;
  const done = new BroadcastChannel(DONE);
  const ask = new BroadcastChannel(ASK);
  ask.postMessage(null);
  for (let left = threads; left > 0; left--) await once(done, 'message');
  done.close();
  ask.close();
}
