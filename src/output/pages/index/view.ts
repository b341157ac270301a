import { workFailed } from '../../../analysis/gates/exit-code.ts';
import { type RunFigures, runFigures } from '../../../analysis/history/series.ts';
import { verdictWords } from '../../../analysis/recording/wording.ts';
import { sweepVerdict } from '../../../analysis/verdict/sweep/verdict.ts';
import { axisRange } from '../../../analysis/verdict/sweep/wording.ts';
import { verdictOf } from '../../../analysis/verdict/verdict.ts';
import { cleanText } from '../../../core/clean-text.ts';
import type { RunRecord } from '../../../core/documents/run-record.ts';
import { formatMs, formatPlural, formatTime } from '../../../core/format.ts';
import { failedCount } from '../../../core/outcomes.ts';
import type { VariantName } from '../../../core/variants.ts';
import type { RecordingListing, RunListing, SweepListing } from '../../../store/list-folders.ts';
import { type Content, html } from '../../markup/markup.ts';
import { cleanVerdict, headlineText } from '../../markup/verdict.ts';
import { runArgument } from '../../view/run/run-argument.ts';
import { wallChart } from '../../view/wall-chart.ts';
import { sweepSpark } from './sections/sweep-spark.ts';

export type EntryKind = 'bench' | 'profile' | 'sweep' | 'recording' | 'unreadable';

export interface Entry {
  /** Sorts by time. */
  readonly key: string;
  readonly kind: EntryKind;
  readonly content: Content;
  /** Drawn in `content`. */
  readonly variants: readonly VariantName[];
  /** Null for what has no times that other runs could be compared with. */
  readonly trend: RunFigures | null;
}

export function runEntry(run: RunListing): Entry {
  const { record } = run;
  if (record === null) return unreadable(run, 'run.json');
  const failed = record.status === 'completed' && workFailed(record);
  const trend = runFigures(run.id, record, true);
  return entryOf(run, {
    ...{ kind: record.command, variants: record.spec.variants },
    trend: trend?.leftOut === null ? trend : null,
    headline: headlineText(cleanVerdict(record.verdict ?? verdictOf(record))),
    status: failed ? ['failed', failureOf(record)] : [record.status, record.status],
    facts: [
      ...[record.command, cleanText(record.spec.workload.name, 80), formatPlural(record.spec.jobs, 'job')],
      ...[formatPlural(record.rounds.completed, 'round'), formatTime(record.createdAt)],
    ],
    compareBox: compareBox(record),
    picture: spark(record),
  });
}

export function recordingEntry(recording: RecordingListing): Entry {
  const { record } = recording;
  if (record === null) return unreadable(recording, 'recording.json');
  return entryOf(recording, {
    kind: 'recording',
    headline: cleanText(verdictWords(record.verdicts[0]!).headline),
    facts: [
      ...['recording', cleanText(record.name, 80)],
      formatPlural(record.processes.length, 'process', 'processes'),
      ...[formatPlural(record.threads.length, 'thread'), formatTime(record.createdAt)],
    ],
  });
}

export function sweepEntry(sweep: SweepListing): Entry {
  const { record } = sweep;
  if (record === null) return unreadable(sweep, 'sweep.json');
  const { definition, points } = record;
  const left = points.filter(({ result }) => result === null).length;
  return entryOf(sweep, {
    ...{ kind: 'sweep', variants: definition.variants },
    headline: headlineText(cleanVerdict(record.verdict ?? sweepVerdict(record))),
    status: [record.status, record.status],
    facts: [
      ...['sweep', cleanText(definition.workload.name, 80)],
      `${left === 0 ? '' : `${points.length - left} of `}${formatPlural(points.length, 'point')}`,
      ...[...definition.axes.map(axisRange), formatTime(record.createdAt)],
    ],
    picture: sweepSpark(record),
  });
}

interface Listed extends Partial<Pick<Entry, 'variants' | 'trend'>> {
  readonly kind: EntryKind;
  readonly headline: string;
  /** Its class, and in words. */
  readonly status?: readonly [look: string, text: string];
  readonly facts: readonly string[];
  readonly compareBox?: Content;
  readonly picture?: Content;
}

function entryOf(listing: Listing, listed: Listed): Entry {
  const { kind, variants = [], trend = null, status, facts, compareBox, picture } = listed;
  const { hasReport, problem } = listing;
  const id = cleanText(listing.id, 80);
  const headline = hasReport
    ? html`<a href="${encodeURIComponent(listing.id)}/report.html">${listed.headline}</a>`
    : listed.headline;
  const meta = [...facts, html`<code>${id}</code>`].map((fact) => html`<span>${fact}</span> `);
  return {
    ...{ key: orderKey(listing), kind, variants, trend },
    content: html`<li class="kind-${kind}"><div><h2>${headline}</h2>
<p class="meta">${status === undefined ? null : html`<span class="status ${status[0]}">${status[1]}</span> `}${meta}${compareBox}</p>
${hasReport ? null : html`<p class="meta">No report yet. Draw it with <code>threadmill report ${id}</code>.</p>`}
${problem === null ? null : html`<p class="problem">${cleanText(problem)}</p>`}</div>
${picture}</li>`,
  };
}

function failureOf({ variants, equivalence }: RunRecord): string {
  const jobs = variants
    .flatMap(({ trials }) => trials)
    .reduce((sum, { outcomes }) => sum + failedCount(outcomes), 0);
  if (jobs > 0) return formatPlural(jobs, 'failed job');
  return equivalence.mismatches > 0 ? 'responses differ' : 'variant lost';
}

/** Shown by the page's script, which alone makes a command of two ticks. */
function compareBox(record: RunRecord): Content {
  const label = `Compare run ${cleanText(record.id, 80)}`;
  return html`<label class="tick" hidden><input type="checkbox" value="${runArgument(record)}" aria-label="${label}">compare</label>`;
}

type Listing = RunListing | SweepListing | RecordingListing;

function unreadable(listing: Listing, file: string): Entry {
  return {
    ...{ key: orderKey(listing), kind: 'unreadable', variants: [], trend: null },
    content: html`<li class="kind-unreadable"><div><h2>${cleanText(listing.id, 80)}</h2><p class="meta"><span class="status unreadable">unreadable</span></p>
<p class="problem">${cleanText(listing.problem ?? `${file} cannot be read`)}</p></div></li>`,
  };
}

/** Creation time where it is known; else the id, which begins with the same digits. */
function orderKey({ id, record }: Listing): string {
  return `${(record?.createdAt ?? id).replace(/[^\dTZ]/g, '').slice(0, 15)} ${id}`;
}

/** Coordinates from the left to the right edge, of a box that is stretched. */
const WIDTH = 1_000;
const HEIGHT = 10;
/** Dots nearer to each other than this would lie on one another. */
const STEP = 8;

/** Every variant's median as a bar, its rounds as dots, from zero; the figure beside it. */
function spark(record: RunRecord): Content {
  const { bars, axisMs, compared } = wallChart(record);
  const rows = bars.filter(({ medianMs }) => medianMs !== null);
  if (rows.length === 0) return null;
  const what = compared === 'wall' ? 'wall' : 'response time';
  const label = `median ${what}: ${rows.map(({ variant, medianMs }) => `${variant} ${formatMs(medianMs?.estimate)}`).join(', ')}`;
  const at = (ms: number) => Math.round((WIDTH * ms) / axisMs);
  return html`<div class="spark" role="img" aria-label="${label}">${rows.map(
    ({ variant, medianMs, dots }) => {
      const rounds = dots.filter(({ clean }) => clean).map(({ ms }) => STEP * Math.round(at(ms) / STEP));
      const path = [...new Set(rounds)].map((x) => `M${x} ${HEIGHT / 2}h0`).join('');
      return html`<div class="v-${variant}" title="${variant}"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><rect width="${at(medianMs?.estimate ?? 0)}" height="${HEIGHT}"/><path d="${path}"/></svg><span>${formatMs(medianMs?.estimate)}</span></div>`;
    },
  )}</div>`;
}
