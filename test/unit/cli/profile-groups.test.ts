import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { profileGroups } from '../../../src/cli/profile-groups.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const byNode = (pid: number, thread: number) =>
  `CPU.20261122.10150${thread}.${pid}.${thread}.00${thread}.cpuprofile`;

/** Name, stem, and the threads of each group. */
function groups(...given: string[]) {
  return profileGroups(given).map(({ name, stem, files }) => [
    name,
    stem,
    files.map(({ thread, label, file }) => [thread, label, basename(file)]),
  ]);
}

describe('profiles that belong together', () => {
  test('files of one process, by the names that Node gives them', () => {
    const files = [byNode(77, 2), byNode(77, 0)];
    assert.deepEqual(groups(...files), [
      [
        'process 77 (2 threads)',
        'process-77',
        [
          [0, 'main thread', files[1]],
          [2, 'worker 2', files[0]],
        ],
      ],
    ]);
  });

  test('files of two processes are two groups', () => {
    assert.deepEqual(
      groups(byNode(77, 0), byNode(78, 1), byNode(78, 0)).map(([name]) => name),
      [byNode(77, 0), 'process 78 (2 threads)'],
    );
  });

  test('files of a run folder, and of an export', () => {
    const [run] = groups(
      'run/worker-pool/threads/thread-0.cpuprofile',
      'run/worker-pool/threads/thread-1.cpuprofile',
    );
    assert.deepEqual(run?.slice(0, 2), ['worker-pool (2 threads)', 'worker-pool']);
    const [exported] = groups('x.event-loop.thread-0.cpuprofile', 'x.event-loop.thread-3.cpuprofile');
    assert.deepEqual(exported?.slice(0, 2), ['x.event-loop (2 threads)', 'x.event-loop']);
  });

  test('two files whose names say nothing are compared, and told apart by their folders', () => {
    assert.deepEqual(
      groups('a/x.cpuprofile', 'b/x.cpuprofile').map(([name, stem]) => [name, stem]),
      [
        ['a/x.cpuprofile', 'a-x'],
        ['b/x.cpuprofile', 'b-x'],
      ],
    );
  });

  test('three or more of those are threads of one profile', () => {
    assert.deepEqual(groups('a.cpuprofile', 'b.cpuprofile', 'c.cpuprofile'), [
      [
        'a.cpuprofile (3 threads)',
        'a',
        [
          [0, 'a', 'a.cpuprofile'],
          [1, 'b', 'b.cpuprofile'],
          [2, 'c', 'c.cpuprofile'],
        ],
      ],
    ]);
  });

  async function folderOf(t: TestContext, ...names: string[]): Promise<string> {
    const folder = join(await temporaryFolder(t), 'prof');
    await mkdir(folder);
    for (const name of names) await writeFile(join(folder, name), '');
    return folder;
  }

  test('a folder stands for the profiles in it, two folders are compared', async (t) => {
    const one = await folderOf(t, 'x.cpuprofile', 'y.cpuprofile', 'notes.txt');
    const other = await folderOf(t, byNode(9, 0));
    assert.deepEqual(
      groups(one).map(([name, stem, files]) => [name, stem, files?.length]),
      [['prof (2 threads)', 'prof', 2]],
    );
    assert.equal(groups(one, other).length, 2);
  });

  test('a folder without profiles or of several processes, and files of three processes, are refused', async (t) => {
    const empty = await folderOf(t);
    assert.throws(() => groups(empty), { code: 'run-unreadable', message: /holds no \.cpuprofile$/ });
    const mixed = await folderOf(t, byNode(1, 0), byNode(2, 0));
    assert.throws(() => groups(mixed), { code: 'usage', message: /holds profiles of 2 processes$/ });
    const usage = { code: 'usage', message: '--cpuprofile: the profiles are of 3 processes' };
    assert.throws(() => groups(byNode(1, 0), byNode(2, 0), byNode(3, 0)), usage);
  });
});
