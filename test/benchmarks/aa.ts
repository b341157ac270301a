/**
 * A/A runs of the default workload: the baseline against itself. Prints each comparison, and how many of them
 * claimed a difference where there is none; exit code 1 for more than one in ten. `make aa`, about five minutes;
 * wants an otherwise idle machine.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ComparisonRecord, runRecordSchema } from '../../src/core/documents/run-record.ts';
import { CLI } from '../support/compiled.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10' }, rounds: { type: 'string', default: '8' } },
});
const runs = Number(values.runs);
const out = mkdtempSync(join(tmpdir(), 'threadmill-aa-'));
let claimed = 0;
try {
  for (let seed = 1; seed <= runs; seed++) {
    const comparison = await run(seed);
    const { verdict, ratio, test, minimumDetectableEffect } = comparison;
    if (verdict === 'faster' || verdict === 'slower') claimed++;
    console.log(
      `run ${String(seed).padStart(2)}: ${(ratio?.estimate ?? Number.NaN).toFixed(4)} [${ratio?.low.toFixed(4)}, ${ratio?.high.toFixed(4)}]` +
        `  p ${test?.pValue.toFixed(3)}  would have seen ${minimumDetectableEffect?.toFixed(1) ?? '—'}%  ${verdict}`,
    );
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
const most = Math.floor(runs / 10);
console.log(
  `${claimed} of ${runs} claimed a difference; at most ${most}: ${claimed <= most ? 'held' : 'MISSED'}`,
);
process.exitCode = claimed <= most ? 0 : 1;

/** One run with a seed of its own, so that the jobs and the order of the trials are others each time. */
function run(seed: number): Promise<ComparisonRecord> {
  const options = ['--aa', '--variants', 'sequential,event-loop', '--rounds', values.rounds, '--no-trace'];
  const argv = [CLI, 'bench', '--json', '--quiet', '--out', out, '--seed', String(seed), ...options];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { maxBuffer: 2 ** 28 }, (_, stdout, stderr) => {
      const parsed = stdout === '' ? null : runRecordSchema.safeParse(JSON.parse(stdout));
      const comparison = parsed?.data?.aa?.comparison;
      if (comparison != null) resolve(comparison);
      else reject(new Error(`no comparison: ${stderr}${parsed?.error?.message ?? ''}`));
    });
  });
}
