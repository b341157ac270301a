import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { writeOut } from '../../../src/cli/output.ts';

const line = `${'x'.repeat(70_000)}\n`;

/** A stdout whose reader wants time for each piece. `seen` is told of each, and of the listeners meanwhile. */
function slowStdout(seen: (bytes: number, listeners: number) => void): NodeJS.WriteStream {
  const stream: Writable = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      seen(chunk.length, stream.listenerCount('close') + stream.listenerCount('error'));
      setImmediate(done);
    },
  });
  return stream as unknown as NodeJS.WriteStream;
}

describe('lines on stdout', () => {
  test('all of them arrive at a slow reader, and waiting for it leaves no listeners', async () => {
    let received = 0;
    let most = 0;
    const stdout = slowStdout((bytes, listeners) => {
      received += bytes;
      most = Math.max(most, listeners);
    });
    await writeOut(
      Array.from({ length: 20 }, () => line),
      stdout,
    );
    assert.equal(received, 20 * line.length);
    assert.equal(most, 0);
  });

  test('it stops when the reader is gone', async () => {
    const stdout = slowStdout((bytes) => {
      if (bytes > 0) setImmediate(() => stdout.destroy());
    });
    let asked = 0;
    const lines = (function* () {
      for (; asked < 50; asked++) yield line;
    })();
    await writeOut(lines, stdout);
    assert.ok(asked <= 3, `${asked} lines were asked for`);
  });
});
