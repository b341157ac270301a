import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { EXPORTERS } from '../../src/output/export/registry.ts';
import { exported } from '../support/export-run.ts';
import { byName } from '../support/function-times.ts';
import { RealExport } from '../support/real-export.ts';
import { allocationsAreTrue } from './export/allocations.ts';
import { traceIsSound } from './export/chrome-trace.ts';
import { tablesAreWhole } from './export/csv.ts';
import { readByDevtools } from './export/devtools.ts';
import { spansAreSound } from './export/otlp.ts';
import { readBySpeedscope } from './export/speedscope.ts';
import { stacksAddUp } from './export/stacks.ts';
import { drawnByZeroX } from './export/zero-x.ts';

const HOSTILE = '</script><img src=x onerror=alert(1)>;"\n=1+1 7';

/** One real run, made once, in every format, and read back by the programs that the formats are for. */
describe('exports of a real run', () => {
  let made: RealExport | null = null;
  const run = (): RealExport => made!;

  before(async () => {
    made = await RealExport.make();
  });
  after(() => made?.remove());

  test('the run has what there is to get wrong: several threads, waiting, and a name that looks like code', () => {
    assert.deepEqual(
      run()
        .threads()
        .map(({ variant, thread }) => `${variant} ${thread}`),
      ['event-loop 0', 'worker-pool 0', 'worker-pool 1', 'worker-pool 2'],
    );
    assert.ok(run().ours('event-loop', 0, byName).get(HOSTILE)!.self > 10_000, 'the function ran');
    for (const { variant, thread, durationUs } of run().threads()) {
      assert.ok(run().busyUs(variant, thread) < durationUs, 'and not all of the time');
    }
  });

  for (const exporter of EXPORTERS) {
    test(`${exporter.name}: the same bytes each time, and no credentials`, async () => {
      const first = run().files.get(exporter.name)!;
      const again = await exported(run().source, exporter);
      assert.deepEqual([...again.keys()], [...first.keys()]);
      for (const [name, content] of again) {
        assert.ok(content.equals(first.get(name)!), name);
        const text = name.endsWith('.gz') ? gunzipSync(content).toString('latin1') : String(content);
        assert.ok(text.length > 100, name);
        assert.doesNotMatch(text, /secret-/, name);
      }
    });
  }

  readBySpeedscope(run);
  drawnByZeroX(run);
  readByDevtools(run);
  stacksAddUp(run);
  traceIsSound(run);
  spansAreSound(run);
  tablesAreWhole(run);
  allocationsAreTrue(run);
});
