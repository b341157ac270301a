import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Redis } from 'ioredis';
import { LocalWorkers } from '../../../../../src/engine/variants/queue/local-workers.ts';
import {
  announce,
  checkAnnouncement,
  checkFile,
  decode,
  encode,
  MAX_FILES_BYTES,
  parseAnnouncement,
  RUN_KEY,
} from '../../../../../src/engine/variants/queue/protocol.ts';
import { readServerUsage } from '../../../../../src/engine/variants/queue/server-usage.ts';

const ID = { id: '0123456789abcdef', runId: 'run' };
const FILES = { run: Buffer.from('{}'), bundle: Buffer.from('code'), plan: Buffer.from('') };
const copy = (change: object, secret?: string) =>
  parseAnnouncement(JSON.stringify({ ...announce(ID, FILES, secret), ...change }));

describe('the announcement of a run on a queue', () => {
  test('a worker with the same secret, or none on both sides, takes it', () => {
    checkAnnouncement(copy({}), undefined);
    checkAnnouncement(copy({}, 'secret'), 'secret');
    checkAnnouncement(copy({}), '');
  });

  test('another secret, a missing one, or a change after signing is refused', () => {
    const refuses = (change: object, ofRun: string | undefined, ofWorker: string | undefined, why: RegExp) =>
      assert.throws(() => checkAnnouncement(copy(change, ofRun), ofWorker), why);
    refuses({}, 'secret', undefined, /is not set here/);
    refuses({}, undefined, 'secret', /the run is not signed/);
    refuses({}, 'another', 'secret', /signed with another/);
    refuses({ id: 'f'.repeat(16) }, 'secret', 'secret', /or was changed/);
    const { files } = announce(ID, { ...FILES, bundle: Buffer.from('other code') }, undefined);
    refuses({ files }, 'secret', 'secret', /or was changed/);
  });

  test('another version of Threadmill or of Node is refused', () => {
    assert.throws(
      () => checkAnnouncement(copy({ threadmill: '9.9.9' }), undefined),
      /is of Threadmill 9\.9\.9/,
    );
    assert.throws(() => checkAnnouncement(copy({ node: 6 }), undefined), /is of Node 6/);
  });

  test('a file that is not what was announced is refused', () => {
    checkFile(copy({}), 'bundle', FILES.bundle);
    assert.throws(() => checkFile(copy({}), 'bundle', Buffer.from('other code')), /not what was announced/);
  });

  test('files that are too large are refused before they are sent', () => {
    const bundle = Buffer.alloc(MAX_FILES_BYTES);
    assert.throws(() => announce(ID, { ...FILES, bundle }, undefined), {
      code: 'queue-unusable',
      message: /67108866 bytes, and a queue carries at most 67108864/,
    });
  });

  test('what Threadmill did not write is refused', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '{"id":"*"}',
      JSON.stringify({ ...announce(ID, FILES, undefined), id: '*' }),
    ]) {
      assert.throws(() => parseAnnouncement(text), new RegExp(`${RUN_KEY} of the queue was not written`));
    }
  });
});

test('messages of a queue keep typed arrays', () => {
  const value = {
    positions: Uint32Array.of(0, 4_294_967_295),
    rows: Float64Array.of(0.1, -1e300),
    text: 'x',
  };
  assert.deepEqual(decode(encode(value)), value);
});

test('a queue server that is gone is given up after 30 s, also between two trials', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const gone = { info: () => new Promise<string>(() => {}) };
  const refused = assert.rejects(readServerUsage(gone as Pick<Redis, 'info'> as Redis), {
    code: 'queue-unusable',
    message: 'the queue server did not answer for 30 s',
  });
  t.mock.timers.tick(30_000);
  await refused;
});

test('a worker process that cannot be started is noticed at once, with the reason', async (t) => {
  const { execPath } = process;
  t.after(() => {
    process.execPath = execPath;
  });
  process.execPath = '/nowhere/node';
  const workers = new LocalWorkers('redis://127.0.0.1:9', () => ({ concurrency: 1, threads: 1, only: null }));
  const failed = new Promise((resolve) => {
    workers.onFailed = resolve;
  });
  workers.start(1);
  assert.match(String(await failed), /ENOENT/);
});
