import { axisValue } from '../../../analysis/verdict/sweep/wording.ts';
import { cleanText } from '../../../core/clean-text.ts';
import type { SweepRecord } from '../../../core/documents/sweep-record.ts';
import { formatBytes, formatCount, formatMs, formatNumber, formatPlural } from '../../../core/format.ts';
import { environmentFacts } from '../run/view/facts.ts';
import type { Banner, Fact } from '../run/view/model.ts';

/** What a reader must know before any figure. */
export function sweepBanners({ status, points, failure }: SweepRecord): Banner[] {
  if (status === 'completed') return [];
  const left = points.filter(({ result }) => result === null).length;
  const text = `${left} of ${formatPlural(points.length, 'point')} are missing; what follows rests on the others.`;
  const advice = 'The same command goes on from there: what has been measured is kept.';
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
  return [{ tone: 'caution', code: null, about: 'run', title, text, advice }];
}

/** Of the last session: a warning says what differed before. */
export function sweepEnvironment({ sessions, threadmill }: SweepRecord): Fact[] {
  return environmentFacts({ environment: sessions.at(-1)!.environment, threadmill });
}

export function sweepOptions({ definition, cpuIterationsPerMs }: SweepRecord): Fact[] {
  const { workload, axes } = definition;
  const isAxis = (name: string) => axes.some((axis) => axis.name === name);
  const facts: readonly (readonly [string, string | null])[] = [
    ['Workload', `${workload.name} (${workload.source})`],
    ...axes.map(
      ({ name, values }) =>
        [`Axis: ${name}`, values.map((value) => axisValue(name, value)).join(', ')] as const,
    ),
    ['Server', definition.url ?? 'embedded, or the workload’s own'],
    [
      'Jobs at each point',
      definition.jobs === null
        ? `four to ten for each in flight, a multiple of ${formatCount(workload.period)}`
        : formatCount(definition.jobs),
    ],
    ['Concurrency', definition.concurrency === null ? null : formatCount(definition.concurrency)],
    ['Worker threads', definition.workers === null ? null : formatCount(definition.workers)],
    ['Variants', definition.variants.join(', ')],
    [
      'Rounds, after warm-ups',
      `${definition.rounds === null ? `until ±${formatNumber(definition.precision * 100)}% or ${formatMs(definition.maxTimeMs)}` : formatCount(definition.rounds)}, after ${definition.warmup}`,
    ],
    ['Seed', String(definition.seed)],
    ['Timeout of a job', formatMs(definition.timeoutMs)],
    [
      'Latency',
      isAxis('latency')
        ? null
        : definition.latencyMs === null
          ? "each API's own"
          : formatMs(definition.latencyMs),
    ],
    [
      'Jitter',
      definition.jitter === 0 ? 'none' : `${formatNumber(definition.jitter)} (coefficient of variation)`,
    ],
    [
      'CPU work on each response',
      isAxis('cpu') ? null : definition.cpuMs === 0 ? 'none' : formatMs(definition.cpuMs),
    ],
    [
      'Steps of CPU work in 1 ms',
      cpuIterationsPerMs === 0 ? null : `${formatCount(cpuIterationsPerMs)}, the same at every point`,
    ],
    ['Payload', definition.payloadBytes === null ? "each API's own" : formatBytes(definition.payloadBytes)],
    ['Connections', definition.keepAlive ? 'kept alive' : 'a new one for each request'],
  ];
  return facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value: cleanText(value) }]));
}
