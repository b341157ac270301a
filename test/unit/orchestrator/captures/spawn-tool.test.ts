import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { ThreadmillError } from '../../../../src/core/errors.ts';
import { lastLines, spawnTool, Turns } from '../../../../src/orchestrator/captures/spawn-tool.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { processesLeft } from '../../../support/processes.ts';

const run = (script: string, settings: { timeoutMs?: number; signal?: AbortSignal; turns?: Turns } = {}) =>
  spawnTool({
    name: 'the tool',
    nodeArguments: ['-e', script],
    cwd: tmpdir(),
    environment: { PATH: '/usr/bin', MARK: 'x' },
    turns: settings.turns,
    timeoutMs: settings.timeoutMs ?? 300_000,
    signal: settings.signal ?? new AbortController().signal,
  });

test('the exit and both streams come back', async () => {
  const exit = await run(
    `console.log('out'); setTimeout(() => { console.error('err'); process.exitCode = 4 }, 50)`,
  );
  assert.deepEqual(exit, { code: 4, signal: null, output: 'out\nerr\n' });
});

test('only the end of a long output is kept', async () => {
  const { output } = await run(`process.stdout.write('a'.repeat(100_000)); process.stdout.write('end')`);
  assert.equal(output.length, 8192);
  assert.ok(output.endsWith('aend'));
});

test('node by name is this very Node, and the environment is what was given', async () => {
  const { output } = await run(`console.log(process.env.PATH, process.env.MARK, process.env.HOME)`);
  assert.equal(output, `${dirname(process.execPath)}:/usr/bin x undefined\n`);
});

test('there is nobody to answer a question', async () => {
  const { output } = await run(`process.stdin.on('end', () => console.log('closed')).resume()`);
  assert.equal(output, 'closed\n');
});

test('a death by signal is told', async () => {
  const { code, signal } = await run(`process.kill(process.pid, 'SIGKILL')`);
  assert.deepEqual([code, signal], [null, 'SIGKILL']);
});

test('children that a tool leaves behind are ended with it', async () => {
  const mark = `left-behind-${process.pid}`;
  const child = `setInterval(() => {}, 1000) // ${mark}`;
  await run(
    `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }).unref()`,
  );
  assert.deepEqual(await processesLeft(mark), []);
});

test('an abort before the start starts nothing', async () => {
  await assert.rejects(run('', { signal: AbortSignal.abort() }), (error: unknown) => {
    return error instanceof ThreadmillError && error.code === 'aborted';
  });
});

test('the time limit is an error that quotes what was printed', async () => {
  const script = `console.log('half way'); setInterval(() => {}, 1000)`;
  // As long as a process may take to begin on a crowded machine.
  await assert.rejects(run(script, { timeoutMs: 4_000 }), (error: unknown) => {
    assert.ok(error instanceof ThreadmillError);
    assert.equal(error.code, 'capture-failed');
    assertNames(error.message, '4 s', '\nhalf way');
    return true;
  });
});

test('what quotes nothing says nothing', () => {
  assert.equal(lastLines(' \n'), '');
  assert.equal(lastLines('1\n2\n3\n4\n5\n6\n'), ' Its last lines:\n2\n3\n4\n5\n6');
});

test('of programs that share turns one works at a time, and one that ends lets the others go on', async () => {
  const turns = new Turns();
  const script = (times: number) => `
    const turn = () => new Promise((resolve) => { process.once('message', resolve); process.send('turn'); });
    const now = () => Number(process.hrtime.bigint());
    (async () => {
      for (let i = 0; i < ${times}; i++) {
        await turn();
        const from = now();
        await new Promise((resolve) => setTimeout(resolve, 20));
        console.log(from, now());
      }
    })();`;
  const ran = await Promise.all([6, 3].map((times) => run(script(times), { turns })));
  const spans = ran.flatMap(({ output }, program) =>
    output
      .trim()
      .split('\n')
      .map((line) => ({ program, span: line.split(' ').map(Number) as [number, number] })),
  );
  const sorted = spans.toSorted((a, b) => a.span[0] - b.span[0]);
  assert.equal(sorted.length, 9);
  for (const [i, { span }] of sorted.entries()) if (i > 0) assert.ok(span[0] >= sorted[i - 1]!.span[1]);
});
