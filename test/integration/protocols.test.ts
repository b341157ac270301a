import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { againstSchema } from '../../src/core/documents/against.ts';
import type { TrialRecord } from '../../src/core/documents/run-record.ts';
import { CliRun, complaintOf, variantOf } from '../support/cli.ts';
import { commandLines } from '../support/command-lines.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BENCH =
  'bench --jobs 16 --concurrency 8 --workers 2 --rounds 1 --warmup 1 --quiet --variants event-loop,worker-pool';

const NO_HTTP =
  "import { defineWorkload } from 'threadmill';\nexport default defineWorkload({ name: 'x', jobs: 2, run: () => 1 });";

test('--client: each is a variant with as many connections, and the lint says in what they differ', async (t) => {
  const bench = BENCH.replace(' --variants event-loop,worker-pool', '');
  const run = await CliRun.start(t, `${bench} --client ky,node-http,undici-dispatch`);
  assert.equal(await run.ended, 0, run.stderr);
  const { variants, fairness, spec } = await run.record();
  assert.deepEqual(spec.variants, ['event-loop', 'event-loop+node-http', 'event-loop+ky']);
  for (const { name, trials } of variants) {
    const [{ outcomes, connectionsOpened, connections }] = trials as [TrialRecord];
    assert.deepEqual([outcomes.ok, connectionsOpened, connections], [16, 0, 8], name);
  }
  assert.deepEqual(fairness!.differences, [
    { variant: 'event-loop+node-http', what: 'phases', matters: false },
    { variant: 'event-loop+ky', what: 'headers', matters: false },
    { variant: 'event-loop+ky', what: 'decompression', matters: false },
    { variant: 'event-loop+ky', what: 'phases', matters: false },
  ]);
  // The CPU of every client is its own, and not the user's.
  for (const { name, trace } of variants) assert.ok(trace!.threads[0]!.breakdown['client-cpu'] > 0, name);
  const waits = variants.map(({ trace }) => trace!.phases.find(({ phase }) => phase === 'wait')?.jobs ?? 0);
  assert.deepEqual(waits, [16, 0, 0]);
});

describe('the embedded server over TLS', () => {
  test('HTTP/2 against HTTP/1.1 in the same rounds: the event loop and worker threads get the same responses from both', async (t) => {
    const run = await CliRun.start(t, `${BENCH} --tls --protocol h2 --against-option protocol=h1`);
    assert.equal(await run.ended, 4, run.stderr);
    const record = await run.record();
    for (const variant of record.variants) {
      assert.equal(variant.trials[0]!.outcomes.ok, 16, variant.name);
      assert.equal(variant.trials[0]!.connectionsOpened, 0, variant.name);
    }
    const { responses } = againstSchema.parse(record.against);
    assert.deepEqual(responses, { compared: responses.compared, differing: 0 });
    assert.ok(responses.compared > 0);
    const { settings } = record.spec.workload;
    assert.ok(settings.baseUrl.startsWith('https:'));
    const certificate = new X509Certificate(await readFile(settings.ca!));
    assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
    const waits = variantOf(record, 'event-loop').trace!.phases.find(({ phase }) => phase === 'wait');
    assert.equal(waits!.jobs, 16);
  });

  const REFUSED = [
    ['--protocol h2', '--protocol h2'],
    ['--tls --protocol h2 --no-keep-alive', '--protocol h2'],
    ['--client axios,got --variants sequential', '--client'],
    ['--client axios --protocol auto', '--protocol auto'],
    ['--client got --workload no-http.mjs', '--client'],
    ['--variants event-loop+got --workload no-http.mjs', '--variants event-loop+got'],
    ['--tls --variants event-loop+axios --protocol h2', '--protocol h2: the client axios'],
    ['--variants event-loop+retry --workload no-http.mjs', '--variants event-loop+retry'],
    ['--variants event-loop+retry --retry 1', '--variants event-loop+retry'],
    ['--variants process-pool --retry 2 --rate-limit 50', '--rate-limit: process-pool'],
    ['--ca package.json', '--ca'],
    ['--ca no-such-file.pem', '--ca'],
  ] as const;
  test('options that do not fit each other, the client or the workload are refused as usage, before anything is written', async (t) => {
    const folder = await temporaryFolder(t);
    const files = { 'package.json': '{}', 'no-http.mjs': NO_HTTP };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const ended = await commandLines(
      REFUSED.map(([options]) => `${BENCH} ${options}`.split(' ')),
      folder,
    );
    for (const [index, [options, what]] of REFUSED.entries()) {
      assert.equal(ended[index]!.code, 1, options);
      assert.ok(complaintOf(ended[index]!).includes(what), `${options}: ${ended[index]!.stderr}`);
    }
    assert.deepEqual((await readdir(folder)).sort(), Object.keys(files).sort());
  });
});
