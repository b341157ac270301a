import { cleanText } from '../../core/clean-text.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { WhyNot } from '../../core/documents/verdict.ts';
import { formatCount, formatNumber, formatPlural, listed } from '../../core/format.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { bottleneckOf } from './bottleneck.ts';
import { changeText, crossoverOf } from './change.ts';
import { doubtsOf } from './confidence.ts';
import { costOf, costText } from './cost.ts';
import { mainThreadText, movedOf, movedText } from './main-thread.ts';
import { failedJobsOf, type Measured, unsentJobsOf } from './measured.ts';
import { nativeCostText } from './native-threads.ts';
import type { Draft } from './verdict.ts';
import { inBrackets, present, timeText, workText } from './wording.ts';

/** Runs that claim nothing, and why. */
export function voidVerdict(record: RunRecord, why: WhyNot): Draft {
  const { text, headline, advice = null } = voidTexts(record, why);
  return {
    ...{ outcome: 'not-compared', recommended: null, why, ties: [], speedup: null },
    ...{ bottleneck: null, cost: null, freed: null, moved: [], crossover: null },
    reasons: [{ code: why, text }],
    headline,
    lines:
      why === 'nothing-measured' || why === 'run-failed'
        ? {}
        : { why: [`${text}.`], advice: present(advice) },
  };
}

interface VoidTexts {
  /** A clause. */
  readonly text: string;
  readonly headline: string;
  readonly advice?: string;
}

function voidTexts(record: RunRecord, why: WhyNot): VoidTexts {
  const { equivalence, failure } = record;
  switch (why) {
    case 'run-failed': {
      const message = cleanText(failure?.message ?? 'no reason was recorded');
      return { text: message, headline: `The run failed: ${message}` };
    }
    case 'responses-differ':
      return {
        text: `${formatPlural(equivalence.mismatches, 'response')} of ${formatPlural(equivalence.compared, 'compared pair')} differ, so the times are of different work`,
        headline: 'No comparison: the variants got different responses.',
      };
    case 'clients-differ':
      return {
        text: `${listed(differingClients(record))} did not do the same as ${record.fairness?.clients[0]?.variant}, which may be why the times differ`,
        headline: 'No comparison: the HTTP clients did not do the same.',
        advice: 'See “Clients”. Leave out the clients that differ (--client).',
      };
    case 'jobs-failed':
      return {
        text: 'A failed job takes more or less time than a successful one, so the times are not comparable',
        headline: `No comparison: ${failedText(record)}.`,
        advice: 'Fix the failing jobs and run again.',
      };
    case 'jobs-unsent': {
      const { load } = record.spec;
      const rate = load.kind === 'open' ? `${formatNumber(load.rate)} jobs/s` : 'the rate';
      const unsent = record.variants.map((variant) => ({
        variant,
        jobs: sumOf(variant.trials, unsentJobsOf),
      }));
      const where = unsent.filter(({ jobs }) => jobs > 0).map(({ variant }) => variant.name);
      return {
        text: `${listed(where)} could not keep up with ${rate}`,
        headline: `No comparison: ${formatPlural(
          sumOf(unsent, ({ jobs }) => jobs),
          'job',
        )} could not be sent.`,
        advice: 'Lower --rate, raise --concurrency, or omit the variants that can’t keep up (--variants).',
      };
    }
    case 'aa-failed':
      return {
        text: 'Times depend on something besides the variant: another program, a server that treats clients differently, or a workload that depends on its process',
        headline: `No claim: ${equivalence.baseline} differs from itself (A/A test failed).`,
        advice: 'See the warnings, remove the cause, or measure on another machine.',
      };
    default:
      return {
        text: 'no round was completed without failures',
        headline: stoppedText(record) ?? 'Nothing to compare: no round was completed without failures.',
      };
  }
}

/** Those whose difference matters. */
function differingClients({ fairness }: RunRecord): string[] {
  const found = (fairness?.differences ?? []).filter(({ matters }) => matters);
  return [...new Set(found.map(({ variant }) => variant))];
}

/** `4 of 40 jobs failed in every round of all 4 variants`; where rounds differ, how many failed in all. */
function failedText({ variants, spec }: RunRecord): string {
  const failing = variants.filter(({ trials }) => sumOf(trials, failedJobsOf) > 0);
  const all = failing.length === variants.length && variants.length > 1;
  const where = all
    ? `all ${formatCount(variants.length)} variants`
    : listed(failing.map(({ name }) => name));
  const failed = failing.flatMap(({ trials }) => trials.map(failedJobsOf));
  const [first = 0] = failed;
  if (failed.length > 1 && failed.every((jobs) => jobs === first)) {
    return `${formatCount(first)} of ${formatPlural(spec.jobs, 'job')} failed in every round of ${where}`;
  }
  return `${formatPlural(sumOf(failed, Number), 'job')} failed in ${where}`;
}

export function singleVerdict(record: RunRecord, only: Measured): Draft {
  const { name, summary } = only;
  const { bottleneck, text } = bottleneckOf(record, only);
  const moved = movedOf(record);
  return {
    ...{ outcome: 'not-compared', recommended: null, why: 'one-variant', ties: [], speedup: null },
    ...{ bottleneck, cost: costOf(record, only), freed: null, moved, crossover: crossoverOf(record, only) },
    reasons: [
      { code: 'one-variant', text: 'one variant ran, so there is nothing to compare it with' },
      ...doubtsOf(record, only, []),
    ],
    headline: `One variant ran: ${name}, ${timeText(record, only)}${inBrackets(workText(record, only))}.`,
    lines: {
      speedup: [`Median of ${formatPlural(summary.trials, 'round')}; nothing to compare it with.`],
      cost: [...present(costText(record, only, null)), ...present(nativeCostText(only))],
      main: mainThreadText(record, only, null),
      moved: movedText(moved),
      bottleneck: present(text),
      change: changeText(record, only, bottleneck),
    },
  };
}

/** Null for a run that went to its end. */
export function stoppedText({ variants, spec, status }: RunRecord): string | null {
  const started = Math.max(0, ...variants.map((variant) => variant.trials.length));
  const reached =
    spec.rounds === null
      ? formatPlural(started, 'round')
      : `${started} of ${formatPlural(spec.rounds, 'round')}`;
  switch (status) {
    case 'aborted':
      return `The run was stopped after ${reached} had started.`;
    case 'running':
      return `The run had not ended when this was written: ${reached} had started.`;
    case 'failed':
      return `The run failed after ${reached} had started.`;
    case 'completed':
      return null;
  }
}
