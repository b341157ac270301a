import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';
import { assertNowhere, SECRET_ENV, SECRET_QUERY, secretUrl, tellTale } from '../support/tell-tale.ts';

/** What `threadmill` stands for in a workload, as a path. */
const ENTRY = fileURLToPath(new URL('../../dist/src/index.js', import.meta.url));

/** Secrets from the environment, as they should be; each job fails in another way, quoting the server. */
const WORKLOAD = `
  import { httpWorkload, type WorkloadSettings } from 'threadmill';
  const { TEST_TOKEN: token, TEST_API_KEY: key } = process.env;
  const made = token!.split('').reverse().join('');
  export default ({ baseUrl }: WorkloadSettings) => httpWorkload({
    name: 'secrets of ' + key,
    baseUrl,
    headers: { 'x-api-key': key! },
    requests: [
      { name: 'path', path: (job) => '/echo?password=' + made + '&n=' + job.position },
      { name: 'body', method: 'POST', path: '/echo', body: (job) => ({ secret: made, n: job.position }) },
      { name: 'cookie ' + key, path: '/echo', headers: { cookie: 'a=' + made + '; b=c' } },
      { name: 'basic', path: '/echo?token=' + token, repeat: 2 },
      { name: 'bearer', path: '/echo', headers: { authorization: 'Bearer ' + token }, repeat: 2 },
      { name: 'refused', path: '/refuse?access_token=' + token },
    ],
    process: async (response, { name }) => {
      if (['path', 'body'].includes(name) || name.startsWith('cookie')) throw new Error('not with ' + made);
      if (name === 'bearer') throw new Error('the server said ' + response.text());
      throw Object.assign(new Error(response.text()), { code: 'E_' + name, url: baseUrl });
    },
  });`;

describe('secrets are nowhere in what a run leaves and says', { concurrency: 2 }, () => {
  test('of a URL that is refused', async (t) => {
    const run = await CliRun.start(t, ['bench', '--url', `${secretUrl('127.0.0.1/')}${SECRET_QUERY}`]);
    assert.equal(await run.ended, 1);
    run.complaint();
    await assertNowhere(run);
  });

  test('of a URL that can not be reached', async (t) => {
    const run = await CliRun.start(t, ['bench', '--url', secretUrl('127.0.0.1:1/')]);
    assert.equal(await run.ended, 1);
    assertNames(run.complaint(), 'http://127.0.0.1:1/');
    await assertNowhere(run);
  });

  test('although the server tells them to every variant', async (t) => {
    const url = await tellTale(t);
    const run = await CliRun.start(
      t,
      ['bench', '--url', url, ...'--workload w.ts --rounds 1 --warmup 0 --verbose --workers 2'.split(' ')],
      { files: { 'w.ts': WORKLOAD }, env: SECRET_ENV },
    );
    assert.equal(await run.ended, 2, run.stderr);
    const record = await run.record();
    for (const { trials } of record.variants) {
      assert.deepEqual([trials[0]?.outcomes.threw, trials[0]?.outcomes['http-error']], [7, 1]);
    }
    assert.match(run.stdout, /no access for \*\*\*/);
    await assertNowhere(run);
  });

  test('although the workload imports Threadmill by a path, and has a copy of it in its bundle', async (t) => {
    const run = await CliRun.start(
      t,
      [
        'bench',
        '--url',
        await tellTale(t),
        ...'--workload w.ts --rounds 1 --warmup 0 --workers 2 --variants worker-pool'.split(' '),
      ],
      { files: { 'w.ts': WORKLOAD.replace("'threadmill'", JSON.stringify(ENTRY)) }, env: SECRET_ENV },
    );
    assert.equal(await run.ended, 2, run.stderr);
    const bundle = await readFile((await run.folder()).path('workload', 'workload.js'), 'utf8');
    assert.match(bundle, /function rememberHeaderSecret/, 'it has a copy');
    assert.match(run.stdout, /no access for \*\*\*/);
    await assertNowhere(run);
  });

  test('of an error that ends a worker thread, which alone knows the secrets of its requests', async (t) => {
    const crash = WORKLOAD.replace(
      /process: async .*/,
      `process: () => {
        setImmediate(() => { throw new Error('not with ' + made) });
        return new Promise(() => {});
      },
      async never(response, { name }) {`,
    );
    assert.notEqual(crash, WORKLOAD);
    const run = await CliRun.start(
      t,
      [
        ...[
          'bench',
          '--url',
          await tellTale(t),
          '--variants',
          'worker-pool,worker-pool-batched',
          '--verbose',
        ],
        ...'--workload w.ts --rounds 1 --warmup 0 --no-trace --workers 1 --concurrency 1'.split(' '),
      ],
      { files: { 'w.ts': crash }, env: SECRET_ENV },
    );
    assert.equal(await run.ended, 2, run.stderr);
    assert.match(JSON.stringify(await run.record()), /not with \*\*\*/);
    await assertNowhere(run);
  });

  for (const variant of ['sequential', 'worker-pool']) {
    test(`of what a runner of ${variant} says when it can not open the workload`, async (t) => {
      const text = `
        import { httpWorkload } from 'threadmill';
        const key = process.env.TEST_API_KEY!;
        export default ({ baseUrl }) => {
          const workload = httpWorkload({
            baseUrl,
            headers: { 'x-api-key': key },
            requests: [{ name: 'one', path: '/' }],
          });
          if (!process.argv[1]?.includes('inspector')) {
            throw new Error('nobody takes ' + key);
          }
          return workload;
        };`;
      const argv = ['bench', '--url', await tellTale(t), '--variants', variant, '--workload', 'w.ts'];
      const run = await CliRun.start(t, argv, { files: { 'w.ts': text }, env: SECRET_ENV });
      assert.equal(await run.ended, 1, run.stderr);
      assertNames(run.complaint(), variant, /: nobody takes \*\*\*\n {2}at .*w\.ts:11:\d+/);
      await assertNowhere(run);
    });
  }
});
