import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { againstSchema } from '../../src/core/documents/against.ts';
import { CliRun, variantOf } from '../support/cli.ts';

const BENCH =
  'bench --jobs 16 --concurrency 8 --workers 2 --rounds 1 --warmup 1 --quiet --variants event-loop,worker-pool';

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

  for (const [options, what] of [
    ['--protocol h2', '--protocol h2'],
    ['--tls --protocol h2 --no-keep-alive', '--protocol h2'],
    ['--ca package.json', '--ca'],
    ['--ca no-such-file.pem', '--ca'],
  ] as const) {
    test(`${options} is refused as usage, before anything is written`, async (t) => {
      const run = await CliRun.start(t, `${BENCH} ${options}`, { files: { 'package.json': '{}' } });
      assert.equal(await run.ended, 1);
      assert.ok(run.complaint().includes(what));
      assert.deepEqual(await run.runs(), []);
    });
  }
});
