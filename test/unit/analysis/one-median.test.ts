import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRuns } from '../../../src/analysis/comparison/compare-runs.ts';
import { evaluateGate } from '../../../src/analysis/gates/evaluate.ts';
import { parseGate } from '../../../src/analysis/gates/parse-gate.ts';
import { verdictOf } from '../../../src/analysis/verdict/verdict.ts';
import { median } from '../../../src/core/statistics/quantile.ts';
import { trialLines } from '../../../src/output/csv/trials.ts';
import { runView } from '../../../src/output/view/run.ts';
import { NOISY, verdictCase } from '../../fixtures/runs/verdict-cases.ts';

/** Noisy, so that the median of a few walls and that of their logarithms are apart. */
const VARIANTS = { sequential: { wall: 1_635 }, 'event-loop': { wall: 179, noise: NOISY } };

for (const rounds of [3, 4, 11, 12]) {
  test(`a variant has one median in report, comparison, gates and CSV: ${rounds} rounds`, () => {
    const run = verdictCase({ variants: VARIANTS, rounds });
    const { spec, variants } = run;
    const { wallMs, jobsPerSecond, cpuMs, speedup } = variants[1]!.summary!;
    const view = runView(run, []);
    const compared = compareRuns(run, run).variants[1]!;
    const gate = (metric: string) => {
      const parsed = parseGate(`event-loop.${metric}`);
      assert.ok(!('known' in parsed));
      return evaluateGate(parsed, run, null).variants[0]!.value;
    };
    const [head = [], ...rows] = [...trialLines([run])].map((line) => line.trimEnd().split(','));
    const csv = rows
      .filter((row) => row[head.indexOf('variant')] === 'event-loop')
      .map((row) => Number(row[head.indexOf('wall_ms')]));

    assert.deepEqual(
      {
        table: view.rows[1]!.comparedMs!.estimate,
        chart: view.walls.bars[1]!.interval!.estimate,
        before: compared.ms.before!.estimate,
        after: compared.ms.after!.estimate,
        gate: gate('wall > 1ms'),
        csv: median(csv),
      },
      Object.fromEntries(
        ['table', 'chart', 'before', 'after', 'gate', 'csv'].map((output) => [output, wallMs.estimate]),
      ),
    );
    assert.equal(gate('throughput < 1'), jobsPerSecond);
    assert.equal(compared.cpu.after!.estimate, cpuMs! / spec.jobs);
    const factor = run.comparisons[0]!.ratio!.estimate;
    const factors = [speedup!.estimate, view.rows[1]!.speedup!.estimate, compared.speedup!.after!.estimate];
    assert.deepEqual([...factors, gate('speedup < 1')], Array(4).fill(factor));
    const claimed = verdictOf(run).speedup;
    if (claimed !== null) assert.equal(claimed.estimate, factor);
  });
}
