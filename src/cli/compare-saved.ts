import { conclude } from '../analysis/gates/conclude.ts';
import type { Gate } from '../analysis/gates/parse-gate.ts';
import type { CompareResult } from '../core/documents/comparison.ts';
import { EXIT, ThreadmillError } from '../core/errors.ts';
import { jobLines } from '../output/csv/jobs.ts';
import { trialLines } from '../output/csv/trials.ts';
import { renderComparisonMarkdown } from '../output/markdown/comparison.ts';
import { renderRecordingComparisonMarkdown } from '../output/markdown/recording.ts';
import { renderComparison } from '../output/terminal/compare.ts';
import { renderRecordingComparison } from '../output/terminal/recording-comparison.ts';
import { comparisonJson, type RecordingComparison } from '../output/view/compare-recordings.ts';
import { areRecordings, comparedRecordings } from './compared-recordings.ts';
import { type EndedRun, readEndedRun, refuseUnlike } from './earlier-run.ts';
import { refuseInapplicable } from './gate-options.ts';
import { type OutputOptions, writeJson, writeOut } from './output.ts';
import { textStyle } from './terminal.ts';

/** Two runs, or two recordings, that are there already, compared. Resolves with the exit code. */
export async function compareSaved(
  outDir: string,
  beforeName: string,
  afterName: string,
  gates: readonly Gate[],
  output: OutputOptions,
): Promise<number> {
  if (await areRecordings(outDir, [beforeName, afterName])) {
    refuseForRecordings(gates, output);
    await printRecordings(await comparedRecordings(outDir, [beforeName, afterName]), output);
    return EXIT.ok;
  }
  const before = await readEndedRun(outDir, beforeName);
  const after = await readEndedRun(outDir, afterName);
  refuseUnlike(before.record, after.record, 'Run both with the same options, on the same workload.');
  refuseInapplicable(gates, after.record, before.record);
  const { comparison, gates: results, exitCode } = conclude(after.record, before.record, gates);
  // There is one: there is a run before.
  await print({ comparison: comparison!, gates: [...results], exitCode }, [before, after], output);
  return exitCode;
}

async function print(result: CompareResult, runs: readonly EndedRun[], output: OutputOptions): Promise<void> {
  const { comparison, gates } = result;
  if (output.csv === 'trials') return writeOut(trialLines(runs.map(({ record }) => record)));
  if (output.csv === 'jobs') return writeOut(jobLines(runs));
  if (output.json) return writeJson(result);
  if (output.markdown) return writeOut([renderComparisonMarkdown(comparison, gates)]);
  const shown = { ...textStyle(process.stdout), details: output.details };
  return writeOut([renderComparison(comparison, gates, shown)]);
}

function refuseForRecordings(gates: readonly Gate[], { csv }: OutputOptions): void {
  const option = gates.length > 0 ? '--fail-if' : csv === null ? null : '--csv';
  if (option === null) return;
  throw new ThreadmillError('usage', `${option} is for runs, and these are recordings`, {
    advice:
      'One recording per side gives no confidence interval. Compare runs of `threadmill bench` to judge a change.',
  });
}

function printRecordings(comparison: RecordingComparison, output: OutputOptions): Promise<void> {
  if (output.json) return writeJson(comparisonJson(comparison));
  if (output.markdown) return writeOut([renderRecordingComparisonMarkdown(comparison)]);
  const shown = { ...textStyle(process.stdout), details: output.details };
  return writeOut([renderRecordingComparison(comparison, shown)]);
}
