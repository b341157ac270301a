import { formatTickMs, formatUs } from '../../../../core/format.ts';
import { percent } from '../../../charts/scales.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { PHASE_GROUPS } from '../../../view/run/phase-groups.ts';
import { UNKNOWN } from '../../../view/run/timeline-bars.ts';
import type { TimelinePicture } from '../../../view/run/timeline-picture.ts';
import { ticksUntil } from '../../../view/wall-chart.ts';

/** Width of the stretched drawing, in its own units. */
const UNITS = 1_000;
const ROW_MAX_PX = 16;
/** Height of the plot, without its axis. */
const HEIGHT_PX = 104;
const LABEL_PX = 17;
const LABEL_INSET_PX = 6;
const GROUP_GAP_PX = 5;
/** Minimum width of a bar: a narrower one would be invisible. */
const NARROWEST_UNITS = 1.6;
const TOP_PX = 22;
/** Few enough for the labels of the narrowest panel, 168 px. */
const MAX_TICKS = 3;
/** A label in the middle of its tick would leave the panel beyond this. */
const LAST_LABEL = 0.86;
/** Shares of the width: a narrow picture, and the start of the frame with its stretched copy. */
const NARROW = 0.3;
const INSET_FROM = 0.36;
/** Padding of the frame, in units. */
const INSET_PAD = 18;
const MAX_LABELLED_GROUPS = 8;
const QUEUED = PHASE_GROUPS.indexOf('queued');

export interface Panel {
  readonly picture: TimelinePicture;
  /** The same rows on an axis of their own, drawn where a narrow picture leaves room; null for none. */
  readonly stretched: TimelinePicture | null;
  /** One word for how its jobs overlap. */
  readonly shape: string;
  readonly description: string;
}

/** Vertical layout of rows and labels. */
interface Place {
  readonly rowPx: number;
  readonly labels: readonly { readonly text: string; readonly y: number }[];
  readonly rows: readonly number[];
  readonly height: number;
}

/**
 * Bars are in a drawing that is stretched to the width; text and lines are positioned in percentages. The panel fits
 * any width without a script, and its text keeps its size.
 */
export function timelinePanel({ picture, stretched, shape, description }: Panel): Content {
  const { variant, wallUs, axisUs } = picture;
  const place = placeRows(picture, HEIGHT_PX - TOP_PX);
  const height = Math.max(HEIGHT_PX, place.height + TOP_PX);
  const end = percent(wallUs / axisUs);
  // Beyond the middle the label is left of its line.
  const late = wallUs > axisUs * 0.55;
  return html`<figure class="tl-panel v-${variant}">
<figcaption><span>${variantName(variant)}</span><span>${shape}</span></figcaption>
<svg width="100%" height="${height}" role="img" aria-label="${description}">
${ticks(axisUs).map((us) => html`<line class="grid" x1="${percent(us / axisUs)}" x2="${percent(us / axisUs)}" y1="${TOP_PX - 4}" y2="${height}"/>`)}
<svg class="tl-bars" y="${TOP_PX}" width="100%" height="${place.height}" viewBox="0 0 ${UNITS} ${place.height}" preserveAspectRatio="none">${barPaths(picture, place)}</svg>
${stretched === null ? null : inset(stretched, picture, place)}
<line class="end" x1="${end}" x2="${end}" y1="${TOP_PX - 6}" y2="${height}"/>
${stretched === null ? threadLabels(place, '0') : null}
<text class="done" x="${end}" y="12" dx="${late ? 0 : -1}" text-anchor="${late ? 'end' : 'start'}">${formatUs(wallUs)}</text>
</svg>
${axis(axisUs)}
</figure>`;
}

/** Whether a picture leaves room for its stretched copy. */
export function isNarrow(wallUs: number, axisUs: number): boolean {
  return wallUs < axisUs * NARROW;
}

/** The stretched copy in a frame beside the picture, with the same rows. */
function inset(stretched: TimelinePicture, { axisUs }: TimelinePicture, place: Place): Content {
  const times = Number((((1 - INSET_FROM) * axisUs) / stretched.axisUs).toPrecision(2));
  const [x, width] = [percent(INSET_FROM), percent(1 - INSET_FROM)];
  return html`<g class="inset"><rect x="${x}" y="${TOP_PX - 4}" width="${width}" height="${place.height + 8}" rx="3"/>
<svg class="tl-bars" x="${x}" y="${TOP_PX}" width="${width}" height="${place.height}" viewBox="${-INSET_PAD} 0 ${UNITS + INSET_PAD} ${place.height}" preserveAspectRatio="none">${barPaths(stretched, place)}</svg>
${threadLabels(place, x)}
<text class="times-wide" x="100%" y="12" text-anchor="end">${times}× as wide</text></g>`;
}

/** Above the rows of each thread; in the frame if there is one, because a narrow picture has no room. */
function threadLabels({ labels }: Place, x: string): Content {
  return labels.map(
    ({ text, y }) =>
      html`<text class="thread" x="${x}" dx="${x === '0' ? 0 : LABEL_INSET_PX}" y="${(TOP_PX + y).toFixed(1)}">${text}</text>`,
  );
}

function placeRows({ groups }: TimelinePicture, room: number): Place {
  const labelled = groups.length > 1 && groups.length <= MAX_LABELLED_GROUPS;
  const between = (groups.length - 1) * GROUP_GAP_PX + (labelled ? groups.length * LABEL_PX : 0);
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const rowPx = Math.max(2, Math.min(ROW_MAX_PX, (room - between) / Math.max(1, count)));
  const labels: { text: string; y: number }[] = [];
  const rows: number[] = [];
  let y = 0;
  groups.forEach((group, i) => {
    if (i > 0) y += GROUP_GAP_PX;
    if (labelled) {
      labels.push({ text: group.label ?? '', y: y + 12 });
      y += LABEL_PX;
    }
    for (const _ of group.rows) {
      rows.push(y);
      y += rowPx;
    }
  });
  return { rowPx, labels, rows, height: Math.ceil(y) };
}

/** One path for all bars of a colour: a tenth of the size of separate rectangles. */
function barPaths({ bars, axisUs, exact }: TimelinePicture, { rowPx, rows }: Place): Content {
  const paths: string[] = Array.from({ length: UNKNOWN + 1 }, () => '');
  const thick = rowPx - (rowPx >= 6 ? 2 : rowPx >= 3 ? 0.8 : 0);
  const unit = (us: number): number => (us / axisUs) * UNITS;
  bars.flat().forEach((row, line) => {
    for (const { group, fromUs, toUs, low, high } of row) {
      const width = Math.max(unit(toUs) - unit(fromUs), group === UNKNOWN ? 0 : NARROWEST_UNITS / 4);
      const thin = exact && group === QUEUED;
      const part = thin ? Math.max(1, thick * 0.34) : thick * (high - low);
      const y = rows[line]! + (thin ? (thick - part) / 2 : thick * (1 - high));
      paths[group] += `M${short(unit(fromUs))} ${short(y)}h${short(width)}v${short(part)}h-${short(width)}z`;
    }
    // A row too short to be visible becomes a mark.
    const [first, last] = [row[0], row.at(-1)];
    if (first === undefined || last === undefined || unit(last.toUs - first.fromUs) >= NARROWEST_UNITS)
      return;
    const longest = row.reduce((a, b) => (b.toUs - b.fromUs > a.toUs - a.fromUs ? b : a));
    paths[longest.group] +=
      `M${short(unit(first.fromUs))} ${short(rows[line]!)}h${NARROWEST_UNITS}v${short(thick)}h-${NARROWEST_UNITS}z`;
  });
  return [UNKNOWN, ...PHASE_GROUPS.keys()].map((group) =>
    paths[group] === ''
      ? null
      : html`<path class="phase-${PHASE_GROUPS[group] ?? 'unknown'}" d="${paths[group]}"/>`,
  );
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}

function ticks(axisUs: number): number[] {
  return ticksUntil(axisUs, axisUs / MAX_TICKS);
}

function axis(axisUs: number): Content {
  const labelled = ticks(axisUs).filter((us) => us <= axisUs * LAST_LABEL);
  return html`<svg class="tl-axis" width="100%" height="20" aria-hidden="true">${labelled.map(
    (us) =>
      html`<text x="${percent(us / axisUs)}" y="14"${us === 0 ? html` class="first"` : null}>${us === 0 ? '0' : formatTickMs(us / 1_000, axisUs / 1_000)}</text>`,
  )}</svg>`;
}
