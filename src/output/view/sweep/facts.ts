import { axisValue } from '../../../analysis/verdict/sweep/wording.ts';
import { cleanText } from '../../../core/clean-text.ts';
import type { SweepRecord } from '../../../core/documents/sweep-record.ts';
import { formatCount, formatPlural } from '../../../core/format.ts';
import { AXIS_OPTIONS } from '../../../core/options.ts';
import { environmentFacts, goalText, optionTexts } from '../run/facts.ts';
import type { Banner, Fact } from '../run/model.ts';

export function sweepBanners({ status, points, failure }: SweepRecord): Banner[] {
  if (status === 'completed') return [];
  const left = points.filter(({ result }) => result === null).length;
  const text = `${left} of ${formatPlural(points.length, 'point')} are missing. The results below are of the others.`;
  const advice = 'Run the same command again to continue; measured points are kept.';
  if (status === 'failed') {
    const why = failure === null ? '' : ` ${cleanText(failure.message)}`;
    return [
      {
        tone: 'bad',
        code: null,
        about: 'run',
        title: 'This sweep failed before its end',
        text: `${text}${why}`,
        advice,
      },
    ];
  }
  const title = status === 'running' ? 'This sweep has not ended' : 'This sweep was stopped before its end';
  return [{ tone: 'warning', code: null, about: 'run', title, text, advice }];
}

/** Of the last session: a warning says what differed before. */
export function sweepEnvironment({ sessions, threadmill }: SweepRecord): Fact[] {
  return environmentFacts({ environment: sessions.at(-1)!.environment, threadmill });
}

export function sweepOptions({ definition, cpuIterationsPerMs }: SweepRecord): Fact[] {
  const { workload, axes, jobs } = definition;
  const swept = axes.map(({ name }) => AXIS_OPTIONS[name]);
  const values = new Map(Object.entries(definition));
  const facts: readonly (readonly [string, string])[] = [
    ['Workload', `${workload.name} (${workload.source})`],
    ...axes.map(
      ({ name, values }) =>
        [`Axis: ${name}`, values.map((value) => axisValue(name, value)).join(', ')] as const,
    ),
    ['Server', definition.url ?? 'embedded, or the workload’s own'],
    ...optionTexts((name) => (swept.includes(name) ? undefined : values.get(name)), {
      ...(jobs === null
        ? { jobs: `four to ten per slot, a multiple of ${formatCount(workload.period)}` }
        : {}),
      ...(definition.rounds === null ? { rounds: goalText(definition) } : {}),
    }),
    ...(cpuIterationsPerMs === 0
      ? []
      : [
          [
            'Steps of CPU work in 1 ms',
            `${formatCount(cpuIterationsPerMs)}, the same at every point`,
          ] as const,
        ]),
  ];
  return facts.map(([label, value]) => ({ label, value: cleanText(value) }));
}
