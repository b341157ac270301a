import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { killGroup, startNode } from '../../../../src/core/processes/start-node.ts';
import { processesLeft } from '../../../support/processes.ts';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/processes/${name}`, import.meta.url));
const TSX = ['--import', import.meta.resolve('tsx')];
const QUIET = { stdout: 'ignore', stderr: 'ignore', ipc: false } as const;

let marks = 0;
/** A word that only the processes of one test have in their command line. */
const newMark = () => `start-node-${process.pid}-${++marks}`;

/** Code that starts a child in the same group, which stays for ever, and says so. */
const leaves = (mark: string) => `
  const { spawn } = require('node:child_process');
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000) // ${mark}'], { stdio: 'inherit' });
  process.stdout.write('started');`;

async function said(child: ChildProcess): Promise<void> {
  assert.ok(child.stdout !== null);
  await once(child.stdout, 'data');
}

for (const [how, end, code] of [
  ['ends well', 'setTimeout(() => process.exit(0), 50)', 0],
  ['fails', 'setTimeout(() => process.exit(3), 50)', 3],
] as const) {
  test(`startNode: what a child started is killed when the child ${how}`, async () => {
    const mark = newMark();
    const child = startNode(['-e', leaves(mark) + end], { ...QUIET, stdout: 'pipe' });
    assert.deepEqual(await once(child, 'exit'), [code, null]);
    assert.deepEqual(await processesLeft(mark), []);
  });
}

test('startNode: what a child started is killed when somebody else kills the child', async () => {
  const mark = newMark();
  const child = startNode(['-e', leaves(mark)], { ...QUIET, stdout: 'pipe' });
  await said(child);
  child.kill('SIGKILL');
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  assert.deepEqual(await processesLeft(mark), []);
});

test('startNode: a parent killed before it has told the guard leaves no child behind', async () => {
  const mark = newMark();
  const parent = spawn(process.execPath, [...TSX, fixture('killed-at-spawn.ts'), mark], { stdio: 'ignore' });
  assert.deepEqual(await once(parent, 'exit'), [null, 'SIGKILL']);
  assert.deepEqual(await processesLeft(mark), []);
});

test('startNode: messages, environment, working folder and a closed input', async () => {
  const script = `
    process.stdin.on('end', () => process.send([process.env.MARK, process.cwd(), process.execArgv])).resume();`;
  const child = startNode(['--no-warnings', '-e', script], {
    ...QUIET,
    ipc: true,
    cwd: '/',
    env: { MARK: 'x' },
  });
  const [message] = await once(child, 'message');
  assert.deepEqual(message, ['x', '/', ['--no-warnings', '-e', script]]);
  child.disconnect();
  await once(child, 'exit');
});

test('killGroup: a child that has ended is not signalled, its number may be taken', async (t) => {
  const child = startNode(['-e', ''], QUIET);
  await once(child, 'exit');
  const kill = t.mock.method(process, 'kill', () => true);
  killGroup(child, 'SIGKILL');
  assert.equal(kill.mock.callCount(), 0);
});

test('onParentGone: a parent that went while nobody listened is noticed', async () => {
  const child = spawn(process.execPath, [...TSX, fixture('late-listener.ts')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.disconnect();
  assert.deepEqual(await once(child, 'exit'), [7, null]);
});
