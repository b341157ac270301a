import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { PoolChannel } from '../../../../src/engine/variants/pool-channel.ts';
import type { ChannelMessage } from '../../../../src/engine/variants/thread-channel.ts';

const PATIENT = { ms: 60_000, late: () => assert.fail('nobody is late') };

type Reaction = (ask: ChannelMessage & { kind: 'ask' }) => ChannelMessage | null;

/** A pool's channel, and stand-ins for its threads: number n has thread id 100 + n. */
function poolOf(t: TestContext) {
  const pool = new PoolChannel();
  const channels: BroadcastChannel[] = [];
  t.after(() => {
    pool.close();
    for (const channel of channels) channel.close();
  });
  const thread = (number: number, react: Reaction) => {
    const channel = new BroadcastChannel(pool.name);
    channels.push(channel);
    channel.onmessage = (event: unknown) => {
      const message = (event as { data: ChannelMessage }).data;
      const reply = message.kind === 'ask' ? react(message) : null;
      if (reply !== null) channel.postMessage(reply);
    };
    channel.postMessage({ kind: 'hello', thread: number, threadId: 100 + number } satisfies ChannelMessage);
    return channel;
  };
  return { pool, thread };
}

const answers =
  (number: number): Reaction =>
  ({ id }) => ({
    kind: 'answer',
    id,
    threadId: 100 + number,
    thread: number,
    value: `of ${number}`,
  });
const silent: Reaction = () => null;

describe('PoolChannel', () => {
  test('is complete when as many have said hello as are expected', async (t) => {
    const { pool, thread } = poolOf(t);
    let complete = false;
    const present = pool
      .present(() => 2)
      .then(() => {
        complete = true;
      });
    thread(1, silent);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(complete, false);
    thread(2, silent);
    await present;
    assert.deepEqual([pool.threadIdOf(1), pool.threadIdOf(2), pool.threadIdOf(3)], [101, 102, undefined]);
  });

  test('asks every thread and gathers what each says; those not loaded yet are not waited for', async (t) => {
    const { pool, thread } = poolOf(t);
    thread(1, answers(1));
    thread(2, answers(2));
    await pool.present(() => 2);
    const found = await pool.ask({ command: 'report' }, [101, 102, 999], PATIENT);
    assert.deepEqual(
      found.sort((a, b) => a.thread - b.thread),
      [
        { thread: 1, value: 'of 1' },
        { thread: 2, value: 'of 2' },
      ],
    );
    assert.deepEqual(await pool.ask({ command: 'report' }, [], PATIENT), []);
  });

  test('a thread that dies is no longer waited for, and its number is told once', async (t) => {
    const { pool, thread } = poolOf(t);
    thread(1, answers(1));
    thread(2, silent);
    await pool.present(() => 2);
    const asked = pool.ask({ command: 'report' }, [101, 102], PATIENT);
    assert.deepEqual(pool.forget([101]), [2]);
    assert.deepEqual(pool.forget([101]), []);
    assert.deepEqual(await asked, [{ thread: 1, value: 'of 1' }]);
    assert.equal(pool.threadIdOf(2), undefined);
  });

  test('waiting for replacements ends when fewer are expected', async (t) => {
    const { pool, thread } = poolOf(t);
    let expected = 2;
    thread(1, silent);
    const present = pool.present(() => expected);
    expected = 1;
    pool.forget([101]);
    await present;
  });

  test('one that does not answer in time is named, and still waited for', async (t) => {
    const { pool, thread } = poolOf(t);
    thread(1, answers(1));
    thread(2, silent);
    await pool.present(() => 2);
    const late = await new Promise<readonly number[]>((resolve) => {
      void pool
        .ask({ command: 'prepare', trace: null, watchLoop: false }, [101, 102], { ms: 20, late: resolve })
        .then(() => resolve([]));
    });
    assert.ok(late.includes(102), String(late));
    pool.forget([101]);
  });

  test('a refusal rejects with its message', async (t) => {
    const { pool, thread } = poolOf(t);
    thread(1, ({ id }) => ({ kind: 'refused', id, threadId: 101, error: { code: 'threw', message: 'no' } }));
    await pool.present(() => 1);
    await assert.rejects(pool.ask({ command: 'profile-start', samplingIntervalUs: 1 }, [101], PATIENT), {
      message: 'no',
    });
  });

  test('what a thread says when it fails to load is passed on as data', async (t) => {
    const { pool, thread } = poolOf(t);
    const failed = new Promise((resolve) => {
      pool.onFailed = resolve;
    });
    thread(1, silent).postMessage({
      kind: 'failed',
      error: { code: 'E_OWN', message: 'why' },
    } satisfies ChannelMessage);
    assert.deepEqual(await failed, { code: 'E_OWN', message: 'why' });
  });
});
