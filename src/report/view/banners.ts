import type { RunRecord } from '../../types/run-record.ts';
import { cleanText } from '../clean-text.ts';
import { formatCount, formatPlural } from '../format.ts';
import { failedJobsOf } from '../verdict/measured.ts';
import type { Banner } from './view.ts';

/** What a reader must know before any figure. */
export function bannersOf(record: RunRecord): Banner[] {
  return [
    ...statusBanner(record),
    ...mismatchBanner(record),
    ...failureBanner(record),
    ...lostBanners(record),
  ];
}

function statusBanner({ status, failure, exitCode }: RunRecord): Banner[] {
  const advice = failure?.advice == null ? null : cleanText(failure.advice);
  const message = failure === null ? null : cleanText(failure.message);
  switch (status) {
    case 'completed':
      return [];
    case 'aborted':
      return [
        {
          tone: 'caution',
          code: null,
          about: 'run',
          title: 'This run was stopped before its end',
          text:
            message ??
            `It was interrupted${exitCode === null ? '' : ` (exit ${exitCode})`}; what follows is what it had until then.`,
          advice,
        },
      ];
    case 'running':
      return [
        {
          tone: 'caution',
          code: null,
          about: 'run',
          title: 'This run has not ended',
          text: 'It was still going on, or it was killed, when this page was made; what follows is what it had until then.',
          advice: 'Draw the report again when it has ended.',
        },
      ];
    case 'failed':
      return [
        {
          tone: 'bad',
          code: null,
          about: 'run',
          title: 'This run failed',
          text: message ?? 'No reason was recorded.',
          advice,
        },
      ];
  }
}

function mismatchBanner({ equivalence }: RunRecord): Banner[] {
  if (equivalence.mismatches === 0) return [];
  return [
    {
      tone: 'bad',
      code: 'responses-differ',
      about: 'results',
      title: 'The responses differ between variants',
      text: `${formatCount(equivalence.mismatches)} of ${formatPlural(equivalence.compared, 'compared pair')} are not the same as ${equivalence.baseline}’s, so no variant is said to be faster.`,
      advice: 'Make the server answer the same request the same way, or leave what varies out of the digest.',
    },
  ];
}

function failureBanner({ variants, spec }: RunRecord): Banner[] {
  const affected = variants
    .map((variant) => ({
      name: variant.name,
      failed: variant.blocks.reduce((sum, b) => sum + failedJobsOf(b), 0),
      planned: variant.blocks.length * spec.jobs,
    }))
    .filter(({ failed }) => failed > 0);
  if (affected.length === 0) return [];
  return [
    {
      tone: 'bad',
      code: 'jobs-failed',
      about: 'results',
      title: 'Jobs failed',
      text: `${affected.map(({ name, failed, planned }) => `${name}: ${formatCount(failed)} of ${formatCount(planned)}`).join('; ')}. Blocks with failures are left out of the figures, and no comparison is claimed.`,
      advice: 'See the quoted errors below; one is quoted for each kind.',
    },
  ];
}

function lostBanners({ variants }: RunRecord): Banner[] {
  return variants
    .filter((variant) => variant.state === 'lost')
    .map((variant) => ({
      tone: 'bad',
      code: 'runner-lost',
      about: 'run',
      title: `${variant.name} was lost`,
      text: cleanText(variant.lostReason ?? 'Its process ended before the run did.'),
      advice: null,
    }));
}
