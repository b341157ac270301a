import { cleanText } from '../../../core/clean-text.ts';
import type { RunRecord } from '../../../core/documents/run-record.ts';
import { formatCount, formatPlural } from '../../../core/format.ts';
import { WARNINGS } from '../../../core/warnings.ts';
import type { Banner } from './model.ts';

export function bannersOf(record: RunRecord): Banner[] {
  return [...statusBanner(record), ...mismatchBanner(record), ...lostBanners(record)];
}

function statusBanner({ status, failure, exitCode }: RunRecord): Banner[] {
  if (status === 'completed') return [];
  const message = failure === null ? null : cleanText(failure.message);
  const code = exitCode === null ? '' : ` (exit ${exitCode})`;
  const words: Readonly<Record<typeof status, readonly [title: string, text: string]>> = {
    aborted: [
      'This run was stopped before its end',
      message ?? `It was interrupted${code}. The results below are partial.`,
    ],
    running: [
      'This run has not ended',
      'It was still running, or was killed, when this page was written. The results below are partial.',
    ],
    failed: ['This run failed', message ?? 'No reason was recorded.'],
  };
  const [title, text] = words[status];
  const saved = failure?.advice == null ? null : cleanText(failure.advice);
  const advice = status === 'running' ? 'Draw the report again when it has ended.' : saved;
  return [{ tone: status === 'failed' ? 'bad' : 'warning', code: null, about: 'run', title, text, advice }];
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
      advice: WARNINGS['responses-differ'].advice,
    },
  ];
}

function lostBanners({ variants }: RunRecord): Banner[] {
  return variants
    .filter(({ state }) => state === 'lost' || state === 'failed')
    .map(({ name, state, lostReason }) => ({
      tone: 'bad',
      code: state === 'lost' ? 'runner-lost' : 'warmup-failed',
      about: 'run',
      title: state === 'lost' ? `${name} was lost` : `${name} was not timed`,
      text: cleanText(lostReason ?? 'Its process ended before the run did.'),
      advice: null,
    }));
}
