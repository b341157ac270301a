import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { WorkloadSettings } from '../../../../src/core/documents/spec.ts';
import { ThreadmillError } from '../../../../src/core/errors.ts';
import { inspectBundle } from '../../../../src/orchestrator/experiment/inspect.ts';
import { bundleWorkload } from '../../../../src/workload/bundle.ts';
import { childrenLeft } from '../../../support/children.ts';
import { PLAIN_SETTINGS } from '../../../support/spec-defaults.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const settings = { ...PLAIN_SETTINGS, baseUrl: 'http://user:s3cr3t@127.0.0.1:9' };

const never = new AbortController().signal;

/** Bundles a workload file with this text, and inspects it. */
async function inspect(
  t: TestContext,
  text: string,
  given: Partial<WorkloadSettings> = {},
  limitMs?: number,
  signal = never,
) {
  const folder = await temporaryFolder(t);
  const source = join(folder, 'own.ts');
  await writeFile(source, text);
  const file = join(folder, 'out', 'workload.mjs');
  await bundleWorkload(source, file);
  return inspectBundle(file, 'own.ts', { ...settings, ...given }, signal, limitMs);
}

async function rejects(t: TestContext, text: string, code: string, message: RegExp, limitMs?: number) {
  await assert.rejects(inspect(t, text, {}, limitMs), (thrown) => {
    assert.ok(thrown instanceof ThreadmillError, String(thrown));
    assert.equal(thrown.code, code);
    assert.match(thrown.message, message);
    assert.ok(thrown.message.startsWith('own.ts') && thrown.advice !== undefined);
    return true;
  });
  assert.deepEqual(await childrenLeft('workload-inspector'), [], 'no process is left behind');
}

describe('a workload that can be loaded', () => {
  test('its facts; a workload that looks at baseUrl wants a server', async (t) => {
    const http = `
      import { httpWorkload } from 'threadmill';
      export default (s) => httpWorkload({ name: 'own', baseUrl: s.baseUrl, requests: [{ name: 'a', path: '/', repeat: 2 }, { name: 'b', path: '/' }] });`;
    assert.deepEqual(await inspect(t, http), {
      name: 'own',
      items: 3,
      itemNames: { names: ['a', 'b'], items: [0, 1, 0] },
      origin: 'http://127.0.0.1:9',
      certificates: 'node',
      client: null,
      attempts: null,
      hasCpuPart: false,
      hasInputs: false,
      usesBaseUrl: true,
      settingsRead: ['baseUrl'],
      cpuIterationsPerMs: 0,
    });
  });

  test('one with no HTTP, and 10,001 items of one name; CPU work is calibrated where it is asked for', async (t) => {
    const plain = `import { defineWorkload } from 'threadmill'; export default defineWorkload({ name: 'own', jobs: 10001, run() {} });`;
    const { itemNames, origin, usesBaseUrl, cpuIterationsPerMs } = await inspect(t, plain, { cpuMs: 5 });
    assert.deepEqual([itemNames?.names, itemNames?.items.length], [['own'], 10_001]);
    assert.deepEqual([origin, usesBaseUrl], [null, false]);
    assert.ok(cpuIterationsPerMs > 1000, String(cpuIterationsPerMs));
  });
});

describe('a workload that can not', () => {
  test('throws while it is loaded: message, file and line of the source', async (t) => {
    await rejects(
      t,
      '\nfunction setUp(): never { throw new TypeError("no config"); }\nsetUp();',
      'workload-threw',
      /threw while it was loaded: no config\n.*own\.ts:2:/,
    );
    await rejects(t, 'throw null;', 'workload-threw', /threw while it was loaded: null/);
  });

  test('its function throws, and the secret in what it throws is hidden', async (t) => {
    await rejects(
      t,
      'export default (s: { baseUrl: string }) => { throw new Error("bad " + s.baseUrl); };',
      'workload-threw',
      /bad http:\/\/127\.0\.0\.1:9/,
    );
  });

  test('exits', async (t) => {
    await rejects(
      t,
      'process.exit(3);',
      'workload-threw',
      /ended its process with exit code 3 while it was loaded$/,
    );
    await rejects(
      t,
      'process.kill(process.pid, "SIGKILL");',
      'workload-threw',
      /ended its process by SIGKILL/,
    );
  });

  test('throws where nobody awaits it: the error is quoted, not the last line that Node prints', async (t) => {
    const text =
      'setImmediate(() => { throw new RangeError("out of order"); }); await new Promise(() => setInterval(() => {}, 1000)); export default 1;';
    await rejects(
      t,
      text,
      'workload-threw',
      /with exit code 1 while it was loaded: RangeError: out of order$/,
    );
    await rejects(
      t,
      'console.error("cannot find licence"); process.exit(9);',
      'workload-threw',
      /code 9 while it was loaded: cannot find licence$/,
    );
  });

  test('exports the wrong thing', async (t) => {
    await rejects(t, 'export const jobs = 5;', 'workload-invalid', /no default export/);
    await rejects(
      t,
      'export default { jobs: 5 };',
      'workload-invalid',
      /an object with jobs, not a workload/,
    );
    await rejects(
      t,
      'import { defineWorkload } from "threadmill"; export default defineWorkload({ name: "x", jobs: 1 } as never);',
      'workload-invalid',
      /`run` must be a function/,
    );
  });

  test('has no jobs', async (t) => {
    await rejects(
      t,
      'import { defineWorkload } from "threadmill"; export default defineWorkload({ name: "x", jobs: [], run() {} });',
      'workload-empty',
      /has no jobs/,
    );
    await rejects(
      t,
      'import { httpWorkload } from "threadmill"; export default httpWorkload({ baseUrl: "http://h", requests: [] });',
      'workload-empty',
      /has no jobs/,
    );
  });

  test('never finishes: waiting, or in a loop', async (t) => {
    await rejects(
      t,
      'setInterval(() => {}, 1000); await new Promise(() => {}); export default 1;',
      'workload-threw',
      /did not finish loading within 1 s/,
      1000,
    );
    await rejects(t, 'for (;;) {}', 'workload-threw', /did not finish loading within 1 s/, 1000);
  });

  test('waits for what nothing can bring: its process ends by itself', async (t) => {
    await rejects(
      t,
      'await new Promise(() => {}); export default 1;',
      'workload-threw',
      /did not finish loading within 1 s|ended its process/,
      1000,
    );
  });
});

test('an abort ends it at once', async (t) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort('SIGINT'), 50);
  await assert.rejects(inspect(t, 'for (;;) {}', {}, undefined, controller.signal), { code: 'aborted' });
  assert.deepEqual(await childrenLeft('workload-inspector'), []);
});
