import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listenForSignals } from '../../../src/cli/signals.ts';
import { abortedExitCode } from '../../../src/orchestrator/experiment/failure.ts';

describe('listenForSignals', () => {
  test('the first asks for a stop, one much later ends the process', (t) => {
    let now = 1_000;
    t.mock.method(performance, 'now', () => now);
    const exit = t.mock.method(process, 'exit', (() => undefined) as () => never);
    let stops = 0;
    const stop = listenForSignals(() => {
      stops += 1;
    });
    t.after(() => stop.dispose());
    assert.equal(stop.exitCode(), null);

    process.emit('SIGTERM');
    assert.deepEqual([stop.signal.aborted, stop.signal.reason, stop.exitCode()], [true, 'SIGTERM', 143]);
    now += 50;
    process.emit('SIGINT');
    assert.equal(exit.mock.callCount(), 0, 'the same press, passed on twice');
    now += 500;
    process.emit('SIGINT');
    assert.deepEqual(
      exit.mock.calls.map((call) => call.arguments as unknown[]),
      [[130]],
    );
    assert.deepEqual([stops, stop.exitCode()], [1, 143]);
  });

  for (const [name, code] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${name} exits with ${code}`, (t) => {
      const stop = listenForSignals(() => undefined);
      t.after(() => stop.dispose());
      process.emit(name);
      assert.deepEqual([stop.exitCode(), abortedExitCode(stop.signal)], [code, code]);
    });
  }

  test('listeners go when they are no longer wanted', () => {
    const before = process.listenerCount('SIGINT');
    const stop = listenForSignals(() => undefined);
    assert.equal(process.listenerCount('SIGINT'), before + 1);
    stop.dispose();
    assert.equal(process.listenerCount('SIGINT'), before);
  });
});
