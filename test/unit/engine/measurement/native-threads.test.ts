import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kindsOf, type Task, uvThreadpoolSize } from '../../../../src/engine/measurement/native-threads.ts';

const tasks = (first: number, names: readonly string[]): Task[] =>
  names.map((name, index) => ({ tid: first + index, name }));

/** Node 20: no thread has a name of its own. */
const NODE_20 = tasks(
  100,
  Array.from({ length: 11 }, () => 'node'),
);

describe('whose threads those of a process are', () => {
  test('by their names', () => {
    const own = ['DelayedTaskSche', 'V8Worker', 'V8Worker', 'V8Worker', 'V8Worker', 'SignalInspector'];
    const node24 = tasks(100, ['MainThread', ...own, 'libuv-worker', 'libuv-worker']);
    assert.deepEqual(kindsOf(node24, 100, true, 2), {
      v8: [101, 102, 103, 104, 105, 106],
      libuv: [107, 108],
    });
    // The pool starts with its first task.
    assert.deepEqual(kindsOf(node24.slice(0, 7), 100, true, 4)?.libuv, []);
  });

  test('without names by their order: Node’s own six, then libuv’s pool', () => {
    const kinds = { v8: [101, 102, 103, 104, 105, 106], libuv: [107, 108, 109, 110] };
    assert.deepEqual(kindsOf(NODE_20, 100, false, 4), kinds);
    assert.deepEqual(kindsOf(NODE_20.toReversed(), 100, false, 4), kinds);
  });

  test('unknown where their number is not as usual, and where ids began again from below', () => {
    assert.equal(kindsOf(NODE_20, 100, false, 8), null);
    assert.equal(kindsOf(NODE_20.slice(0, 10), 100, false, 4), null);
    assert.equal(kindsOf([...NODE_20.slice(0, 10), { tid: 7, name: 'node' }], 100, false, 4), null);
  });
});

test('UV_THREADPOOL_SIZE as libuv reads it', () => {
  const sizes = [undefined, '16', '0', 'many', '-1', '5000', '8 threads'].map((value) =>
    uvThreadpoolSize(value === undefined ? {} : { UV_THREADPOOL_SIZE: value }),
  );
  assert.deepEqual(sizes, [4, 16, 1, 1, 1_024, 1_024, 8]);
});
