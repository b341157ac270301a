import { cleanText, LONG_TEXT } from '../../core/clean-text.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { specValue } from '../../core/documents/spec.ts';
import type { Verdict } from '../../core/documents/verdict.ts';
import { OPTION_NAMES, optionArguments, optionOf, optionsOf } from '../../core/options.ts';
import { redactArguments } from '../../core/redaction.ts';
import { workloadArguments } from '../comparison/same-work.ts';

type Concluded = Pick<Verdict, 'bottleneck' | 'recommended' | 'why'>;

export function nextSteps(record: RunRecord, { bottleneck, recommended, why }: Concluded): Verdict['next'] {
  const claims = why === null || why === 'one-variant';
  const { command, commandLine, against } = record;
  return [
    ...(claims && bottleneck?.kind === 'waiting' ? sweepStep(record, bottleneck.variant) : []),
    ...(command === 'bench' && recommended !== null && against === null
      ? [
          {
            command: cleanText(commandLine, LONG_TEXT).replace('threadmill bench', 'threadmill profile'),
            why: 'Which functions use the CPU?',
          },
        ]
      : []),
  ];
}

function sweepStep({ spec, server, variants, against }: RunRecord, name: string): Verdict['next'] {
  const { jobs, load } = spec;
  const concurrency = variants.find((variant) => variant.name === name)?.concurrency ?? 1;
  if (load.kind === 'open' || concurrency === 1 || concurrency >= jobs || against !== null) return [];
  const sizes = new Set([1, 2, 4].map((factor) => Math.min(jobs, factor * concurrency)));
  const settings = OPTION_NAMES.filter(
    (option) => optionOf(option).spec === 'settings' && option !== 'jobs',
  ).map((option) => ({ option, given: optionArguments(option, specValue(spec, option), 'sweep') }));
  const known = optionsOf('sweep');
  if (settings.some(({ option, given }) => given.length > 0 && !known.includes(option))) return [];
  const given = [
    ...workloadArguments({ spec, server }),
    ...settings.flatMap((each) => each.given),
    ...['--concurrency', [...sizes].join(',')],
  ];
  return [
    {
      command: cleanText(`threadmill ${redactArguments(['sweep', ...given])}`, LONG_TEXT),
      why: 'Would more concurrency help?',
    },
  ];
}
