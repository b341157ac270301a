import type { Curve, Panel, SweepAnalysis } from '../../../core/documents/sweep-analysis.ts';
import type { SweepRecord } from '../../../core/documents/sweep-record.ts';
import { type Reasons, SWEEP_TOPICS, type SweepVerdict } from '../../../core/documents/verdict.ts';
import {
  formatFactor,
  formatNumber,
  formatPlural,
  formatShare,
  listed,
  sentence,
} from '../../../core/format.ts';
import { groupBy } from '../../../core/group-by.ts';
import { maxBy } from '../../../core/max-by.ts';
import { analyseSweep } from '../../sweep/analyse.ts';
import { confidenceOf, doubtNames, MACHINE_DOUBTS } from '../confidence.ts';
import { detectedText, linesOf, present } from '../wording.ts';
import { capacityTexts } from './capacity.ts';
import { frontierSentences } from './frontier.ts';
import { lawViews } from './laws.ts';
import { countsOf, countsText, excludedText, inconclusiveTexts, warnedText } from './point-texts.ts';
import { type Recommendation, recommend } from './recommendation.ts';
import { axisPlace, pointPlace, rangeText, sideName } from './wording.ts';

type Topic = (typeof SWEEP_TOPICS)[number];

/** The saved verdict of a sweep, or the one computed from its record if none is saved yet. */
export function savedSweepVerdict(record: SweepRecord): SweepVerdict {
  return record.verdict ?? sweepVerdict(record);
}

/** What a sweep concludes, from its record alone. It is saved in sweep.json; every output prints what was saved. */
export function sweepVerdict(record: SweepRecord): SweepVerdict {
  const analysis = record.analysis ?? analyseSweep(record);
  const frontiers = frontierSentences(analysis, record.definition.axes);
  const panel = analysis.panels.length === 1 ? analysis.panels[0]! : null;
  const found = panel === null ? null : recommend(record, panel);
  const headline = headlineOf(record, analysis, found === null ? null : useText(found, panel!), frontiers[0]);
  const reasons = doubtsOf(record);
  const lines: Readonly<Record<Topic, readonly string[]>> = {
    confidence: reasons.length === 0 ? [] : [`Low: ${reasons.map(({ text }) => text).join('; ')}.`],
    run: present(unfinishedText(record)),
    choice: found === null ? [] : present(tiesText(found)),
    frontier: headline === frontiers[0] ? frontiers.slice(1) : frontiers,
    model: present(modelText(record, analysis)),
    best: panel === null ? [] : bestTexts(panel),
    law: panel === null ? [] : lawTexts(panel, record),
    capacity: panel === null ? [] : capacityTexts(panel),
    map: present(countsText(analysis)),
    inconclusive: inconclusiveTexts(record, analysis),
    excluded: present(excludedText(record, analysis)),
    warned: present(warnedText(record)),
  };
  return {
    recommended:
      found === null || found.inconclusive
        ? null
        : { variant: found.variant, axis: panel!.along, value: found.n },
    ties: (found?.level ?? []).map((variant) => ({
      ...{ variant, verdict: 'no-difference', detectablePercent: found!.detectable },
    })),
    points: countsOf(analysis),
    confidence: confidenceOf(reasons, doubtNames(reasons)),
    reasons,
    headline,
    lines: linesOf(SWEEP_TOPICS, lines),
  };
}

/** What the runs of at least half of the points warn of. */
function doubtsOf({ points, status }: SweepRecord): Reasons {
  const measured = points.flatMap(({ result }) => result ?? []);
  const warned = MACHINE_DOUBTS.flatMap((code) => {
    const times = measured.filter(({ warnings }) => warnings.some((warning) => warning.code === code)).length;
    return times > 0 && 2 * times >= measured.length
      ? [
          {
            code,
            text: `${doubtNames([{ code }])[0]} at ${times} of ${formatPlural(measured.length, 'point')}`,
          },
        ]
      : [];
  });
  return status === 'stopped'
    ? [{ code: 'run-stopped', text: 'the sweep was stopped before its end' }, ...warned]
    : warned;
}

function headlineOf(
  record: SweepRecord,
  analysis: SweepAnalysis,
  scaled: string | null,
  frontier: string | undefined,
): string {
  if (record.points.every(({ result }) => result === null)) return 'No point was measured.';
  return (
    scaled ??
    frontier ??
    oneSidedText(record, analysis) ??
    'No variant of this sweep can be compared with another.'
  );
}

/** `Use event-loop at concurrency 64: 1,790 jobs/s, 61.0× as many as at concurrency 1.` */
function useText({ variant, n, point, inconclusive }: Recommendation, { along, reference }: Panel): string {
  const rate = `${formatNumber(point.throughput?.estimate)} jobs/s`;
  const place = n === null ? '' : ` at ${axisPlace(along, n)}`;
  if (inconclusive) return `Inconclusive: ${variant} reaches the most${place}, ${rate}.`;
  if (n === null) return `Use ${variant}: worker threads gain nothing here (${rate}).`;
  const { speedup } = point;
  if (speedup === null || reference === null || reference.n === n) return `Use ${variant}${place}: ${rate}.`;
  const whose = reference.variant === variant ? '' : `${reference.variant} `;
  return `Use ${variant}${place}: ${rate}, ${formatFactor(speedup.estimate)} as many as ${whose}at ${axisPlace(along, reference.n)}.`;
}

function tiesText({ level, detectable }: Recommendation): string | null {
  return level.length === 0 ? null : `Tied there with ${listed(level)}${detectedText(detectable)}.`;
}

/** Of every curve, how much of the axis it can use; what is the same is said once. */
function bestTexts({ along, curves }: Panel): string[] {
  const texts = new Map<string, string[]>();
  for (const { variant, best, points } of curves) {
    if (best === null) continue;
    const usable = points.filter(({ excluded }) => excluded === null);
    const text = `${gainText(best, along)}${best.fallsTo === null ? '' : `, falling to ${formatShare(best.fallsTo)} of its best at ${axisPlace(along, usable.at(-1)!.n)}`}`;
    texts.set(text, [...(texts.get(text) ?? []), variant]);
  }
  const sure = curves.every(({ best }) => best === null || best.sure);
  const note = sure ? [] : ['Some points have too few rounds for a 95% CI: take this as a hint.'];
  return [...[...texts].map(([text, variants]) => `${listed(variants)}: ${text}.`), ...note];
}

function gainText({ rising, enough, n }: NonNullable<Curve['best']>, along: Panel['along']): string {
  return rising
    ? `gains up to ${axisPlace(along, n)}, the highest value that counts`
    : `no gain above ${axisPlace(along, enough)}`;
}

function lawTexts(panel: Panel, { sessions }: SweepRecord): string[] {
  const views = lawViews(panel, sessions.at(-1)!.environment);
  if (views.length === 0) {
    const missing = panel.curves.some(({ lawMissing }) => lawMissing !== null);
    const name =
      panel.along === 'workers'
        ? 'Amdahl’s law needs three'
        : `The Universal Scalability Law needs ${panel.along === 'queue-workers' ? 'three' : 'four'}`;
    return missing ? [`${name} usable points or more.`] : [];
  }
  const name = panel.along === 'workers' ? 'By Amdahl’s law' : 'By the Universal Scalability Law';
  const predictions = [...groupBy(views, ({ prediction }) => prediction)].map(
    ([text, found]) => `${listed(found.map(({ variant }) => variant))}: ${text}`,
  );
  const warnings = [
    ...new Set(
      views.flatMap(({ variant, warning }) => (warning === null ? [] : [`${variant}: ${warning}.`])),
    ),
  ];
  return [`${name}, ${predictions.join('; ')}.`, ...warnings];
}

/** Who won where there is no frontier. */
function oneSidedText({ definition }: SweepRecord, { sides, cells }: SweepAnalysis): string | null {
  if (sides === null) return null;
  const decided = cells.filter(({ state }) => state === 'decided');
  if (decided.length === 0) return `No clear winner at any of the ${formatPlural(cells.length, 'point')}.`;
  if (decided.every(({ isolated }) => isolated)) {
    return `No clear winner: ${decided.length} of ${formatPlural(cells.length, 'point')} ${decided.length === 1 ? 'shows' : 'show'} a difference that no neighbour confirms.`;
  }
  const firm = decided.filter(({ isolated }) => !isolated);
  const winners = new Set(firm.map(({ side }) => side));
  if (winners.size !== 1) return null;
  const { text, plural } = sideName(sides[firm[0]!.side!]);
  const most = maxBy(firm, ({ factor }) => factor?.estimate ?? 0)!;
  const where =
    firm.length === cells.length
      ? 'at every point'
      : `at ${firm.length} of ${formatPlural(cells.length, 'point')}`;
  const factor =
    most.factor === null
      ? ''
      : `, up to ${formatFactor(most.factor.estimate)} as fast (${pointPlace(definition.axes, most.at)})`;
  // A variant's name keeps its spelling, wherever it stands.
  return `${plural ? sentence(text) : text} ${plural ? 'win' : 'wins'} ${where}${factor}.`;
}

/** CPU per job above which offload should win, and whether the points agree. */
function modelText({ definition }: SweepRecord, { breakEven }: SweepAnalysis): string | null {
  if (breakEven === null) return null;
  const [, down] = definition.axes;
  const rows = breakEven.rows.map((row) => {
    const place = down === undefined || row.at === null ? '' : ` at ${axisPlace(down.name, row.at)}`;
    return `${rangeText(row)}${place}`;
  });
  const tested = breakEven.rows.flatMap(({ cells }) => cells.flatMap(({ held }) => held ?? []));
  const held = tested.filter((each) => each).length;
  const agree =
    tested.length === 0
      ? 'No point can test that'
      : `${held} of ${formatPlural(tested.length, 'point')} outside these ranges agree`;
  return `By CPU costs alone offload should pay ${listed(rows)}. ${agree}.`;
}

function unfinishedText({ status, points }: SweepRecord): string | null {
  if (status === 'completed') return null;
  const measured = points.filter(({ result }) => result !== null).length;
  const how = { running: 'has not ended', stopped: 'was stopped', failed: 'failed' }[status];
  return `The sweep ${how}: ${measured} of ${formatPlural(points.length, 'point')} measured.`;
}
