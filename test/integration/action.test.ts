import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CLI } from '../support/compiled.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ACTION = fileURLToPath(new URL('../../.github/actions/threadmill/', import.meta.url));

/** A clone of one commit, as actions/checkout makes it, of a bare repository in which the base waits for so long. */
async function clone(t: TestContext, waits: { readonly base: number; readonly change: number }) {
  const root = await temporaryFolder(t);
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd,
      encoding: 'utf8',
    }).trim();
  const made = join(root, 'made');
  const write = async (waitMs: number) => {
    await mkdir(join(made, 'bench'), { recursive: true });
    await writeFile(
      join(made, 'bench', 'w.ts'),
      `import { defineWorkload } from 'threadmill';
       export default defineWorkload({ name: 'waits', jobs: 4, run: () => new Promise((r) => setTimeout(() => r(1), ${waitMs})) });`,
    );
  };
  await write(waits.base);
  git(made, 'init', '--quiet', '--initial-branch=main');
  git(made, 'add', '.');
  git(made, 'commit', '--quiet', '-m', 'base');
  const base = git(made, 'rev-parse', 'HEAD');
  git(made, 'checkout', '--quiet', '-b', 'change');
  await write(waits.change);
  git(made, 'commit', '--quiet', '-a', '-m', 'change');
  git(root, 'clone', '--quiet', '--bare', made, 'bare.git');
  git(join(root, 'bare.git'), 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  git(root, 'clone', '--quiet', '--depth=1', '--branch=change', `file://${join(root, 'bare.git')}`, 'work');
  return { root, work: join(root, 'work'), base };
}

async function act(work: string, env: Readonly<Record<string, string>>) {
  const root = dirname(work);
  const files = { GITHUB_OUTPUT: join(root, 'output'), GITHUB_STEP_SUMMARY: join(root, 'summary') };
  for (const file of Object.values(files)) await writeFile(file, '');
  const { status, stderr } = spawnSync('bash', [join(ACTION, 'run.sh')], {
    cwd: work,
    encoding: 'utf8',
    env: {
      ...process.env,
      ...files,
      RUNNER_TEMP: root,
      TM_COMMAND: `${process.execPath} ${CLI}`,
      TM_WORKLOAD: 'bench/w.ts',
      TM_ARGS: '--no-trace --concurrency 4',
      ...env,
    },
  });
  assert.equal(status, 0, stderr);
  const lines = (await readFile(files.GITHUB_OUTPUT, 'utf8')).trim().split('\n');
  const outputs = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  return { outputs, summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'), stderr };
}

describe('the GitHub Action', () => {
  test('a shallow clone: fetches the base of the pull request, and a change ten times as slow fails', async (t) => {
    const { work, base } = await clone(t, { base: 10, change: 100 });
    const { outputs, summary } = await act(work, { TM_BASE_SHA: base, TM_GATE: '20%', TM_MAX_TIME: '30s' });
    assert.deepEqual([outputs.outcome, outputs['exit-code'], outputs['job-code']], ['failed', '99', '1']);
    assert.match(summary, /^\*\*✗ Failed against git:/);
    assert.equal(await readFile(join(outputs.report ?? '', 'summary.md'), 'utf8'), summary);
  });

  test('each exit code: its outcome and how the job ends; an inconclusive run passes unless it is told to fail', async (t) => {
    const work = join(await temporaryFolder(t), 'work');
    await mkdir(work);
    const ended = async (code: number, env: Readonly<Record<string, string>> = {}) => {
      await writeFile(join(work, 'stub'), `exit ${code}\n`);
      const stub = { TM_COMMAND: `bash ${join(work, 'stub')}`, TM_AGAINST: 'bench/other.ts' };
      const { outputs } = await act(work, { ...stub, ...env });
      return [outputs.outcome, outputs['exit-code'], outputs['job-code']];
    };
    assert.deepEqual(await ended(0), ['passed', '0', '0']);
    assert.deepEqual(await ended(99), ['failed', '99', '1']);
    assert.deepEqual(await ended(4), ['inconclusive', '4', '0']);
    assert.deepEqual(await ended(4, { TM_FAIL_ON_INCONCLUSIVE: 'true' }), ['inconclusive', '4', '1']);
    for (const code of [1, 2, 130]) assert.deepEqual(await ended(code), ['error', String(code), '1']);
    assert.deepEqual(await ended(0, { TM_AGAINST: '' }), ['error', '1', '1'], 'nothing to compare with');
  });

  test('one comment: written once, and then written again', async (t) => {
    const root = await temporaryFolder(t);
    const log = join(root, 'calls');
    await writeFile(log, '');
    // Stands in for GitHub's command line: knows a comment once one has been posted.
    await writeFile(
      join(root, 'gh'),
      `#!/bin/sh\ncase "$*" in\n*--paginate*) if grep -q POST ${log}; then echo 42; fi ;;\n*) echo "$3 $4" >> ${log} ;;\nesac\n`,
    );
    await chmod(join(root, 'gh'), 0o755);
    await writeFile(join(root, 'summary.md'), 'text\n');
    for (let time = 0; time < 2; time++) {
      execFileSync('bash', [join(ACTION, 'comment.sh'), join(root, 'summary.md')], {
        env: {
          ...process.env,
          PATH: `${root}${delimiter}${process.env.PATH}`,
          REPOSITORY: 'o/r',
          PULL_REQUEST: '7',
        },
      });
    }
    assert.deepEqual((await readFile(log, 'utf8')).trim().split('\n'), [
      'POST repos/o/r/issues/7/comments',
      'PATCH repos/o/r/issues/comments/42',
    ]);
  });
});
