import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ENDED,
  newControl,
  RUNNING,
  requestFlush,
  serveFlushes,
  setState,
} from '../../../../src/engine/recorder/control.ts';

test('more requests at once than there are slots: those beyond are refused, and the controller serves on', async () => {
  const control = newControl();
  setState(control, RUNNING);
  // Nobody serves yet: each of them gives up after 1 ms, and its slot stays taken.
  const threads = Array.from({ length: 100 }, (_, thread) => thread);
  assert.ok(threads.every((thread) => !requestFlush(control, thread, 1)));
  const served: number[] = [];
  const serving = serveFlushes(control, async (thread) => {
    served.push(thread);
  });
  await pause(1);
  assert.deepEqual(served, threads.slice(0, 64));
  // This thread serves as well: it answers once it waits no longer.
  assert.equal(requestFlush(control, 200, 1), false);
  while (served.length === 64) await pause(1);
  assert.deepEqual(served.slice(64), [200]);
  setState(control, ENDED);
  await serving;
});
