import type { Cell, Curve, Panel, SweepAnalysis } from '../../../core/documents/sweep-analysis.ts';
import type { SweepRecord } from '../../../core/documents/sweep-record.ts';
import { formatNumber, formatPlural, formatRoughPercent, formatShare } from '../../../core/format.ts';
import { MIN_EFFECT } from '../../../core/statistics/worth-seeing.ts';
import { analyseSweep } from '../../sweep/analyse.ts';
import { listed, type Part, type Phrase, phrasesOf, present, sentence, textOf } from '../wording.ts';
import { frontierSentences } from './frontier.ts';
import { lawViews } from './laws.ts';
import { type Recommendation, recommend } from './recommendation.ts';
import { axisPlace, pointPlace, sideName } from './wording.ts';

/** What a line is about, in the order in which they come, with its label. */
const LABELS = {
  sweep: 'Sweep',
  choice: 'Choice',
  frontier: 'Frontier',
  best: 'Best',
  law: 'Law',
  map: 'Map',
  inconclusive: 'Open',
  excluded: 'Excluded',
  warned: 'Warnings',
} as const;
type Topic = keyof typeof LABELS;

export interface SweepVerdict {
  /** One sentence. */
  readonly headline: readonly Phrase[];
  readonly text: string;
  readonly lines: readonly {
    readonly topic: Topic;
    readonly label: string;
    readonly phrases: readonly Phrase[];
    readonly text: string;
  }[];
}

/** What the sweep says, from its record alone. */
export function sweepVerdict(record: SweepRecord): SweepVerdict {
  const analysis = record.analysis ?? analyseSweep(record);
  const frontiers = frontierSentences(analysis, record.definition.axes);
  const panel = analysis.panels.length === 1 ? analysis.panels[0]! : null;
  const recommendation = panel === null ? null : recommend(record, panel);
  const scaled = recommendation === null || panel === null ? null : useText(recommendation, panel);
  const headline = headlineOf(record, analysis, scaled, frontiers[0] ?? null);
  const said: Readonly<Record<Topic, readonly string[]>> = {
    sweep: present(unfinishedText(record)),
    choice: recommendation === null ? [] : present(levelText(recommendation)),
    frontier: textOf(phrasesOf(headline)) === frontiers[0] ? frontiers.slice(1) : frontiers,
    best: panel === null ? [] : bestTexts(panel),
    law: panel === null ? [] : lawTexts(panel, record),
    map: present(countsText(analysis)),
    inconclusive: inconclusiveTexts(record, analysis),
    excluded: present(excludedText(record, analysis)),
    warned: present(warnedText(record)),
  };
  const phrases = phrasesOf(headline);
  return {
    headline: phrases,
    text: textOf(phrases),
    lines: (Object.keys(LABELS) as Topic[]).flatMap((topic) => {
      const text = said[topic].join(' ');
      return text === '' ? [] : [{ topic, label: LABELS[topic], phrases: phrasesOf([text]), text }];
    }),
  };
}

function headlineOf(
  record: SweepRecord,
  analysis: SweepAnalysis,
  scaled: readonly Part[] | null,
  frontier: string | null,
): readonly Part[] {
  if (record.points.every(({ result }) => result === null)) return ['No point has been measured.'];
  if (scaled !== null) return scaled;
  if (frontier !== null) return [frontier];
  return [oneSidedText(record, analysis) ?? 'No variant of this sweep can be compared with another.'];
}

/** `Use event-loop with 64 in flight: 1,790 jobs/s, 61 times as many as with 1.` */
function useText(
  { variant, n, point, inconclusive }: Recommendation,
  { along, reference }: Panel,
): readonly Part[] {
  const rate = `${formatNumber(point.throughput?.estimate)} jobs/s`;
  if (inconclusive) {
    const place = n === null ? '' : ` with ${axisPlace(along, n)}`;
    return ['Inconclusive which variant to use: the most was ', { strong: rate }, `, by ${variant}${place}.`];
  }
  if (n === null) return [`Threads bring nothing here: use ${variant}, `, { strong: rate }, '.'];
  const { speedup } = point;
  const gain =
    speedup === null || reference === null || reference.n === n
      ? '.'
      : `, ${formatNumber(speedup.estimate)} times as many as ${reference.variant === variant ? '' : `${reference.variant} `}with ${reference.n}.`;
  return [`Use ${variant} with `, { strong: axisPlace(along, n) }, `: ${rate}${gain}`];
}

function levelText({ level, unseenPercent }: Recommendation): string | null {
  if (level.length === 0) return null;
  const seen = unseenPercent === null ? '' : ` (it would have seen ${formatRoughPercent(unseenPercent)})`;
  return `${listed(level)} ${level.length === 1 ? 'is' : 'are'} level with it there: no difference that this point could see${seen}.`;
}

/** Of every curve, how much of the axis it can use; what is the same is said once. */
function bestTexts({ along, curves }: Panel): string[] {
  const texts = new Map<string, string[]>();
  for (const { variant, best, points } of curves) {
    if (best === null) continue;
    const usable = points.filter(({ excluded }) => excluded === null);
    const text = `${gainText(best, along, usable[0]!.n)}${best.fallsTo === null ? '' : `, and fell to ${formatShare(best.fallsTo)} of its best at ${axisPlace(along, usable.at(-1)!.n)}`}`;
    texts.set(text, [...(texts.get(text) ?? []), variant]);
  }
  const sure = curves.every(({ best }) => best === null || best.sure);
  const note = sure ? [] : ['Some points have too few rounds for an interval of 95%: take this as a hint.'];
  return [...[...texts].map(([text, variants]) => `${listed(variants)} ${text}.`), ...note];
}

function gainText(
  { rising, enough, n }: NonNullable<Curve['best']>,
  along: Panel['along'],
  least: number,
): string {
  if (rising) return `still gained at ${axisPlace(along, n)}, the most that counts here`;
  if (enough === least) return `gained nothing from more than ${axisPlace(along, enough)}`;
  return `gained nothing that this sweep could see beyond ${axisPlace(along, enough)}`;
}

function lawTexts(panel: Panel, { sessions }: SweepRecord): string[] {
  const views = lawViews(panel, sessions.at(-1)!.environment);
  if (views.length === 0) {
    const missing = panel.curves.some(({ lawMissing }) => lawMissing !== null);
    const name =
      panel.along === 'workers' ? 'Amdahl’s law takes three' : 'The Universal Scalability Law takes four';
    return missing ? [`${name} usable points or more: there are too few.`] : [];
  }
  const name = panel.along === 'workers' ? 'By Amdahl’s law' : 'By the Universal Scalability Law';
  const predictions = new Map<string, string[]>();
  for (const { variant, prediction } of views) {
    predictions.set(prediction, [...(predictions.get(prediction) ?? []), variant]);
  }
  const warnings = [
    ...new Set(
      views.flatMap(({ variant, caution }) => (caution === null ? [] : [`${variant}: ${caution}.`])),
    ),
  ];
  return [
    `${name}, ${[...predictions].map(([text, variants]) => `${listed(variants)}: ${text}`).join('; ')}.`,
    ...warnings,
  ];
}

/** Who won where there is no frontier. */
function oneSidedText({ definition }: SweepRecord, { sides, cells }: SweepAnalysis): string | null {
  if (sides === null) return null;
  const decided = cells.filter(({ state }) => state === 'decided');
  if (decided.length === 0) return 'No point of this sweep shows a difference between the variants.';
  if (decided.every(({ isolated }) => isolated)) {
    return `No clear difference: ${formatPlural(decided.length, 'point')} of ${cells.length} ${decided.length === 1 ? 'shows' : 'show'} one, none with a neighbour that agrees, as chance might.`;
  }
  const firm = decided.filter(({ isolated }) => !isolated);
  const winners = new Set(firm.map(({ side }) => side));
  if (winners.size !== 1) return null;
  const { text, plural } = sideName(sides[firm[0]!.side!]);
  const most = firm.reduce((one, other) =>
    (other.factor?.estimate ?? 0) > (one.factor?.estimate ?? 0) ? other : one,
  );
  const where =
    firm.length === cells.length
      ? 'at every point'
      : `at ${firm.length} of ${formatPlural(cells.length, 'point')}`;
  const factor =
    most.factor === null
      ? ''
      : `, by up to ${formatNumber(most.factor.estimate)} times (${pointPlace(definition.axes, most.at)})`;
  // A variant's name keeps its spelling, wherever it stands.
  return `${plural ? sentence(text) : text} ${plural ? 'win' : 'wins'} ${where}${factor}.`;
}

function countsText({ cells, sides }: SweepAnalysis): string | null {
  if (sides === null || cells.length === 0) return null;
  const count = (holds: (cell: Cell) => boolean) => cells.filter(holds).length;
  const wins = ([0, 1] as const).map((side) => ({
    ...sideName(sides[side]),
    points: count((cell) => cell.state === 'decided' && cell.side === side),
  }));
  const level = count(({ state }) => state === 'level');
  const open = count(({ state }) => state === 'inconclusive');
  const missing = count(({ reason }) => reason === 'not-measured');
  const unknown = count(({ state }) => state === 'unknown') - missing;
  const parts = [
    ...wins.flatMap(({ text, plural, points }) =>
      points === 0 ? [] : [`${text} ${plural ? 'win' : 'wins'} ${points}`],
    ),
    ...(level > 0 ? [`${level} ${level === 1 ? 'is' : 'are'} level`] : []),
    ...(open > 0 ? [`${open} ${open === 1 ? 'is' : 'are'} inconclusive`] : []),
    ...(unknown > 0 ? [`${unknown} can’t be compared`] : []),
    ...(missing > 0 ? [`${missing} ${missing === 1 ? 'is' : 'are'} not measured`] : []),
  ];
  const isolated = count((cell) => cell.isolated);
  const chance =
    isolated === 0
      ? ''
      : ` ${formatPlural(isolated, 'win')} ${isolated === 1 ? 'stands' : 'stand'} alone among ${isolated === 1 ? 'its' : 'their'} neighbours, and may be chance.`;
  return `Of ${formatPlural(cells.length, 'point')} ${listed(parts)}.${chance}`;
}

function inconclusiveTexts({ definition }: SweepRecord, { cells }: SweepAnalysis): string[] {
  const points = (which: Cell['reason']): string | null => {
    const found = cells.filter(({ reason }) => reason === which);
    if (found.length === 0) return null;
    const places =
      found.length <= 3 ? ` (${found.map(({ at }) => pointPlace(definition.axes, at)).join('; ')})` : '';
    return `${formatPlural(found.length, 'point')}${places}`;
  };
  const advice =
    definition.rounds === null
      ? 'give points more time with `--max-time`'
      : 'give more rounds with `--rounds`';
  const few = points('too-few-rounds');
  const noisy = points('too-noisy');
  return [
    ...(few === null ? [] : [`${few} had too few rounds to tell: ${advice}.`]),
    ...(noisy === null
      ? []
      : [
          `${noisy} could not have shown a difference of ${MIN_EFFECT}%: ${advice}, or use a quieter machine.`,
        ]),
  ];
}

const REASONS = {
  'jobs-failed': 'jobs failed',
  'server-saturated': 'the server was the limit',
  'too-few-jobs': 'the plan was too short',
  'not-measured': null,
} as const;

/** What was measured and does not count. */
function excludedText({ definition }: SweepRecord, { panels }: SweepAnalysis): string | null {
  const found = panels.flatMap(({ curves, along, at }) =>
    curves.flatMap(({ variant, points }) =>
      points.flatMap(({ n, excluded }) => {
        const reason = excluded === null ? null : REASONS[excluded];
        const other = definition.axes.find(({ name }) => name !== along);
        const place =
          at === null || other === undefined
            ? axisPlace(along, n)
            : `${axisPlace(other.name, at)}, ${axisPlace(along, n)}`;
        return reason === null ? [] : [`${variant} at ${place} (${reason})`];
      }),
    ),
  );
  if (found.length === 0) return null;
  const shown = found.slice(0, 4);
  const more = found.length > shown.length ? `; ${found.length - shown.length} more` : '';
  return `Left out of curves and fits: ${shown.join('; ')}${more}.`;
}

/** What the runs of the points warned of; each has it in full. */
function warnedText({ points }: SweepRecord): string | null {
  const counts = new Map<string, number>();
  for (const { result } of points) {
    for (const code of new Set(result?.warnings.map((warning) => warning.code))) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  if (counts.size === 0) return null;
  const most = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const all = formatPlural(points.length, 'point');
  const list = listed(
    most.map(([code, times], i) => `\`${code}\` at ${times}${i === 0 ? ` of ${all}` : ''}`),
  );
  return `${list}: see their reports.`;
}

function unfinishedText({ status, points }: SweepRecord): string | null {
  if (status === 'completed') return null;
  const measured = points.filter(({ result }) => result !== null).length;
  const how = { running: 'has not ended', stopped: 'was stopped', failed: 'failed' }[status];
  return `It ${how}: ${measured} of ${formatPlural(points.length, 'point')} have been measured.`;
}
