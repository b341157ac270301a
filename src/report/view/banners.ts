import type { RunRecord } from '../../types/run-record.ts';
import { cleanText } from '../clean-text.ts';
import { formatCount, formatPlural } from '../format.ts';
import type { Banner } from './view.ts';

/** What a reader must know before any figure. */
export function bannersOf(record: RunRecord): Banner[] {
  return [...statusBanner(record), ...mismatchBanner(record), ...lostBanners(record)];
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
