import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { writeLines } from '../../../src/commands/output.ts';

/** A stdout whose reader takes one byte for a full buffer. */
function slowStdout(): PassThrough & NodeJS.WriteStream {
  return new PassThrough({ highWaterMark: 1 }) as PassThrough & NodeJS.WriteStream;
}

describe('lines on stdout', () => {
  const line = `${'x'.repeat(70_000)}\n`;

  test('all of them arrive at a slow reader, and waiting for it leaves no listeners', async () => {
    const stdout = slowStdout();
    const before = stdout.listenerCount('close') + stdout.listenerCount('error');
    let received = 0;
    let most = 0;
    stdout.on('data', (chunk: Buffer) => {
      received += chunk.length;
      most = Math.max(most, stdout.listenerCount('close') + stdout.listenerCount('error') - before);
    });
    await writeLines(
      stdout,
      Array.from({ length: 50 }, () => line),
    );
    assert.equal(received, 50 * line.length);
    assert.ok(most <= 4, `${most} listeners at once`);
    assert.equal(stdout.listenerCount('close') + stdout.listenerCount('error'), before);
  });

  test('it stops when the reader is gone', async () => {
    const stdout = slowStdout();
    let asked = 0;
    const lines = (function* () {
      for (; asked < 50; asked++) {
        if (asked === 3) stdout.destroy();
        yield line;
      }
    })();
    stdout.resume();
    await writeLines(stdout, lines);
    assert.ok(asked <= 4, `${asked} lines were asked for`);
  });
});
