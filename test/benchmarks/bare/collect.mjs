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
  done.postMessage(null);
}

/** In the main thread: resolves when so many threads listen, or have collected. */
export async function heard(threads) {
  const done = new BroadcastChannel(DONE);
  for (let left = threads; left > 0; left--) await once(done, 'message');
  done.close();
}

/** In the main thread, with so many worker threads. */
export async function collectAll(threads = 0) {
  globalThis.gc?.({ type: 'minor' });
  if (threads === 0) return;
  const ask = new BroadcastChannel(ASK);
  const collected = heard(threads);
  ask.postMessage(null);
  await collected;
  ask.close();
}
