import assert from 'node:assert/strict';
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { LogFollower } from '../../../src/store/log-follower.ts';
import { createLogger } from '../../../src/store/logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BASE = { runId: 'r1', process: 'runner', variant: 'sequential' };

async function linesOf(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLogger', () => {
  test('each line is on disk at once, with its origin', async (t) => {
    const file = join(await temporaryFolder(t), 'logs', 'runner.ndjson');
    const logger = createLogger({ file, level: 'debug', base: BASE });
    logger.child({ round: 2 }).debug({ thread: 1 }, 'job %s ended', 'orders');
    const [line] = await linesOf(file);
    assert.equal(line?.msg, 'job orders ended');
    assert.deepEqual(
      [line?.level, line?.runId, line?.process, line?.variant, line?.round, line?.thread],
      ['debug', 'r1', 'runner', 'sequential', 2, 1],
    );
    assert.match(String(line?.time), /^\d{4}-.*Z$/);
    logger.trace('below the level');
    logger.close();
    logger.close();
    logger.info('after the end');
    assert.equal((await linesOf(file)).length, 1);
  });

  test('no secret reaches the file', async (t) => {
    const file = join(await temporaryFolder(t), 'x.ndjson');
    const logger = createLogger({ file, level: 'debug', base: BASE });
    const secret = 'hunter2hunter2';
    const error = new Error(`GET http://me:${secret}@host failed`);
    logger.info({ url: `http://me:${secret}@host/?token=${secret}` }, `Authorization: Bearer ${secret}`);
    logger.info({ headers: { authorization: secret, 'x-api-key': secret, accept: 'a' } }, 'sent');
    logger.info({ request: { password: secret }, authorization: secret });
    logger.error({ err: error }, error.message);
    logger.error(error);
    logger.warn(`api_key=${secret}`);
    logger.close();
    const text = await readFile(file, 'utf8');
    assert.ok(!text.includes(secret), text);
    assert.match(text, /"accept":"a"/);
    assert.equal((await linesOf(file)).length, 6);
  });

  test('a file that cannot be opened', async (t) => {
    const dir = await temporaryFolder(t);
    await writeFile(join(dir, 'file'), '');
    const open = () => createLogger({ file: join(dir, 'file', 'x.ndjson'), level: 'info', base: BASE });
    assert.throws(open, { code: 'output-unwritable' });
  });

  test('a full disk loses lines, not the run', async (t) => {
    if ((await stat('/dev/full').catch(() => null)) === null) return t.skip('no /dev/full here');
    const logger = createLogger({ file: '/dev/full', level: 'info', base: BASE });
    logger.info('lost');
    logger.close();
  });
});

describe('LogFollower', () => {
  test('shows what is new, of all files in the order of time', async (t) => {
    const dir = await temporaryFolder(t);
    let shown = '';
    const follower = new LogFollower({ dir: join(dir), colour: false, write: (text) => (shown += text) });
    follower.flush();
    assert.equal(shown, '');

    const line = (time: string, process: string, msg: string) =>
      `${JSON.stringify({ level: 'info', time: `2026-01-01T00:00:0${time}Z`, process, runId: 'r', msg })}\n`;
    await writeFile(
      join(dir, 'a.ndjson'),
      line('1.000', 'server', 'first') + line('3.000', 'server', 'third'),
    );
    await writeFile(join(dir, 'b.ndjson'), `${line('2.000', 'runner', 'second')}{"half`);
    await writeFile(join(dir, 'other.txt'), 'no log');
    follower.flush();
    assert.deepEqual(
      shown.match(/(server|runner) · \w+/g),
      ['server · first', 'runner · second', 'server · third'],
      shown,
    );

    shown = '';
    follower.flush();
    assert.equal(shown, '');
    await appendFile(join(dir, 'b.ndjson'), '":1}\n');
    follower.flush();
    assert.match(shown, /half/);
  });
});
