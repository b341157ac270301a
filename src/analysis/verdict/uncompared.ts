import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatNumber, formatPlural } from '../../core/format.ts';
import { boundOf } from './binding.ts';
import { changeText } from './change.ts';
import type { Claim } from './claim.ts';
import { costText } from './cost.ts';
import { failedJobsOf, type Measured, unsentJobsOf } from './measured.ts';
import { nativeCostText } from './native-threads.ts';
import type { VerdictDraft } from './verdict-draft.ts';
import { atConcurrency, inTime, listed, present, ranTheJobs } from './wording.ts';

type Void = Exclude<Claim, { kind: 'compared' | 'single' }>;

/** Runs that claim nothing, and why. */
export function voidVerdict(record: RunRecord, claim: Void): VerdictDraft {
  const nothing = { recommended: null, binding: null };
  switch (claim.kind) {
    case 'run-failed':
      return { ...nothing, headline: [`The run failed: ${claim.message}`], lines: {} };
    case 'nothing-measured':
      return {
        ...nothing,
        headline: [stoppedText(record) ?? 'No round was completed without failures: nothing to compare.'],
        lines: {},
      };
    case 'responses-differ': {
      const { mismatches, compared } = record.equivalence;
      const differ = `${formatPlural(mismatches, 'response')} of ${formatPlural(compared, 'compared pair')} differ`;
      return {
        ...nothing,
        headline: ['No comparison: the variants did not get ', { strong: 'the same responses' }, '.'],
        lines: { why: [`${differ}, so the times are of different work.`] },
      };
    }
    case 'jobs-failed': {
      if (unsentOf(record) === claim.failedJobs) return { ...nothing, ...unsentText(record) };
      const where = record.variants.filter(({ trials }) => trials.some((trial) => failedJobsOf(trial) > 0));
      return {
        ...nothing,
        headline: ['No comparison: ', { strong: formatPlural(claim.failedJobs, 'job') }, ' failed.'],
        lines: {
          why: [
            `${claim.failedJobs === 1 ? 'It' : 'They'} failed in ${listed(where.map(({ name }) => name))}. A failed job takes less or more time than one that worked, so the times are not of the same work.`,
          ],
        },
      };
    }
    case 'aa-failed':
      return {
        ...nothing,
        headline: [
          `Nothing is claimed: ${record.equivalence.baseline} ran twice, and `,
          { strong: 'came out different from itself' },
          '.',
        ],
        lines: {
          advice: [
            'Something decides the times that is neither variant nor chance: another program, a server that treats clients unlike, a workload that depends on its process. See the warnings; find it, or measure elsewhere.',
          ],
        },
      };
  }
}

function unsentOf({ variants }: RunRecord): number {
  return variants.reduce(
    (sum, { trials }) => sum + trials.reduce((all, trial) => all + unsentJobsOf(trial), 0),
    0,
  );
}

/** Nothing failed, but a schedule was too much for some variant. */
function unsentText(record: RunRecord): Pick<VerdictDraft, 'headline' | 'lines'> {
  const { load } = record.spec;
  const where = record.variants.filter(({ trials }) => trials.some((trial) => unsentJobsOf(trial) > 0));
  const rate = load.kind === 'open' ? `${formatNumber(load.rate)} jobs a second` : 'the rate';
  return {
    headline: ['No comparison: ', { strong: formatPlural(unsentOf(record), 'job') }, ' could not be sent.'],
    lines: {
      why: [
        `${listed(where.map(({ name }) => name))} could not keep up with ${rate}. Lower --rate, raise --concurrency, or leave out what cannot (--variants).`,
      ],
    },
  };
}

export function singleVerdict(record: RunRecord, only: Measured): VerdictDraft {
  const { trials } = only.summary;
  const bound = boundOf(record, only);
  return {
    recommended: null,
    binding: bound?.binding ?? null,
    headline: [
      `${only.name} ${ranTheJobs(record).replace('the same ', '')}`,
      ...inTime(record, only),
      `${atConcurrency(only)}.`,
    ],
    lines: {
      factor: [
        `Median of ${formatPlural(trials, 'round')}. One variant ran, so there is nothing to compare it with.`,
      ],
      cost: [...present(costText(record, only, null)), ...present(nativeCostText(only))],
      limit: present(bound?.text),
      change: changeText(record, only, bound?.binding ?? null),
    },
  };
}

/** Null for a run that went to its end. */
export function stoppedText(record: RunRecord): string | null {
  const started = Math.max(0, ...record.variants.map((variant) => variant.trials.length));
  const { rounds } = record.spec;
  const reached =
    rounds === null ? formatPlural(started, 'round') : `${started} of ${formatPlural(rounds, 'round')}`;
  if (record.status === 'aborted') return `The run was stopped after ${reached} had started.`;
  if (record.status === 'running')
    return `The run had not ended when this was written: ${reached} had started.`;
  if (record.status === 'failed') return `The run failed after ${reached} had started.`;
  return null;
}
