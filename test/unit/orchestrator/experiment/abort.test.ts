import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orAborted, runUntilStopped, throwIfAborted } from '../../../../src/orchestrator/experiment/abort.ts';
import type { RunnerProcess } from '../../../../src/orchestrator/experiment/runner-process.ts';

test('settles as the promise does, and leaves no listener behind', async () => {
  const { signal } = new AbortController();
  assert.equal(await orAborted(Promise.resolve(5), signal), 5);
  await assert.rejects(orAborted(Promise.reject(new RangeError('own')), signal), RangeError);
  throwIfAborted(signal);
});

test('rejects as soon as the signal fires, whatever the promise does later', async () => {
  const controller = new AbortController();
  const waiting = orAborted(new Promise(() => {}), controller.signal);
  controller.abort('SIGTERM');
  await assert.rejects(waiting, { code: 'aborted' });
  assert.throws(() => throwIfAborted(controller.signal), { code: 'aborted' });
  // Its own rejection comes too late for anybody: it must not become an unhandled one.
  await assert.rejects(orAborted(Promise.reject(new Error('late')), controller.signal), { code: 'aborted' });
});

test('a trial that was stopped before it began does not begin', async () => {
  const runner = { runTrial: () => assert.fail('it began') } as unknown as RunnerProcess;
  const place = { round: 1, order: 0, rowsTrial: 0, traced: false };
  await assert.rejects(runUntilStopped(runner, AbortSignal.abort('SIGINT'), place), { code: 'aborted' });
});
