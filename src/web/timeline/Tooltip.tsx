import { formatUs } from '../../core/format.ts';
import { CATEGORY_NAMES } from '../../core/labels.ts';
import { placeOf } from '../../output/view/run/functions.ts';
import { jobFacts } from './describe.ts';
import type { TimelineModel } from './model.ts';
import type { Pointed } from './scene.ts';

interface Props {
  readonly model: TimelineModel;
  readonly pointed: Pointed;
  /** Of the pointer within the picture, CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** What is shorter than this stands in a column with others. */
  readonly usPerPx: number;
}

const WIDTH_PX = 300;
const OFFSET_PX = 16;

export function Tooltip({ model, pointed, x, y, width, usPerPx }: Props) {
  const left = x + OFFSET_PX + WIDTH_PX > width ? Math.max(0, x - OFFSET_PX - WIDTH_PX) : x + OFFSET_PX;
  return (
    <div
      class={`tooltip timeline-tip ${left < x ? 'before' : ''}`}
      aria-hidden="true"
      style={{ left: `${left}px`, top: `${y + OFFSET_PX}px`, width: `${WIDTH_PX}px` }}
    >
      {pointed.kind === 'job' ? (
        <JobTip model={model} pointed={pointed} />
      ) : (
        <CallTip model={model} pointed={pointed} />
      )}
      {lengthOf(model, pointed) < usPerPx && (
        <span class="place">Narrower than a pixel: one of several here.</span>
      )}
    </div>
  );
}

function lengthOf({ threads }: TimelineModel, { kind, thread, line, index }: Pointed): number {
  const { lanes, calls } = threads[thread] ?? {};
  const row = kind === 'job' ? lanes?.[line] : calls?.rows[line];
  return row === undefined ? Number.POSITIVE_INFINITY : row.endUs[index]! - row.startUs[index]!;
}

type Inner = Pick<Props, 'model' | 'pointed'>;

function JobTip({ model, pointed }: Inner) {
  const row = model.threads[pointed.thread]?.lanes[pointed.line]?.row[pointed.index];
  if (row === undefined) return null;
  const facts = jobFacts(model.timeline, row);
  return (
    <>
      <b>{facts.title}</b>
      <span class={facts.isOk ? 'place' : 'place bad'}>
        {facts.outcome} · {facts.thread}
      </span>
      <dl>
        <dt>took</dt>
        <dd>
          {formatUs(facts.tookUs)}, from {formatUs(facts.startUs)} on
        </dd>
        {[...facts.attempts, ...facts.phases].map(({ name, us }) => (
          <>
            <dt>{name}</dt>
            <dd>{formatUs(us)}</dd>
          </>
        ))}
      </dl>
    </>
  );
}

function CallTip({ model, pointed }: Inner) {
  const { thread, calls } = model.threads[pointed.thread] ?? {};
  const row = calls?.rows[pointed.line];
  const frame = model.timeline.frames[thread?.cpu?.frame[row?.node[pointed.index] ?? -1] ?? -1];
  if (row === undefined || frame === undefined) return null;
  return (
    <>
      <b>{frame.name}</b>
      <span class="place">{placeOf(frame) ?? CATEGORY_NAMES[frame.category]}</span>
      <dl>
        <dt>on the stack for</dt>
        <dd>{formatUs(row.endUs[pointed.index]! - row.startUs[pointed.index]!)}</dd>
        <dt>from</dt>
        <dd>{formatUs(row.startUs[pointed.index]!)} on</dd>
        <dt>kind</dt>
        <dd>{CATEGORY_NAMES[frame.category]}</dd>
      </dl>
    </>
  );
}
