import { jobLines } from '../../csv/jobs.ts';
import { trialLines } from '../../csv/trials.ts';
import { inChunks } from '../chunks.ts';
import type { Exporter, Part } from '../exporter.ts';
import type { RunSource } from '../run-source.ts';

const COMMON = {
  opens: 'spreadsheets, R, pandas, DuckDB',
  scope: 'run',
  trials: 'all',
} as const;

/** As `threadmill compare --csv` writes them. */
export const csvTrials: Exporter = {
  name: 'csv-trials',
  description: 'a line per timed trial: wall, latencies, CPU, outcomes',
  needs: 'trials',
  ...COMMON,
  extension: '.trials.csv',
  async *write(source, part) {
    const wanted = choice(source, part);
    yield* inChunks(trialLines([source.record], ({ variant, trial }) => wanted(variant, trial.round)));
  },
};

export const csvJobs: Exporter = {
  name: 'csv-jobs',
  description: 'a line per job of each timed trial',
  needs: 'jobs',
  ...COMMON,
  extension: '.jobs.csv',
  write(source, part) {
    const wanted = choice(source, part);
    return jobLines([source], ({ variant, round }) => wanted(variant, round));
  },
};

/** Whether a trial is among those asked for; one of the baseline's double, `aa`, if the baseline's is. */
function choice({ record }: RunSource, { variants }: Part): (variant: string, round: number) => boolean {
  const trials = new Set(variants.flatMap((part) => part.trials.map((round) => `${part.name} ${round}`)));
  const [baseline] = record.spec.variants;
  return (variant, round) => trials.has(`${variant === 'aa' ? baseline : variant} ${round}`);
}
