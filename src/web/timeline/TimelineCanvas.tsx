import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useSize } from '../flame/use-size.ts';
import { useTheme } from '../use-theme.ts';
import { draw } from './draw.ts';
import type { Surface } from './gesture.ts';
import { timeAt } from './intervals.ts';
import { actionOf, type KeyAction, moved } from './keys.ts';
import { endOf } from './lanes.ts';
import type { TimelineModel } from './model.ts';
import { readPalette } from './palette.ts';
import { around, panBy, type Range, zoomAt } from './range.ts';
import { type Drawn, HEADER_PX, type Highlight, type Scene } from './scene.ts';
import type { Selection } from './selection.ts';
import { stepFrom } from './steps.ts';
import { Tooltip } from './Tooltip.tsx';
import { hasJobs, type Tracks } from './tracks.ts';
import { useChosenInView } from './use-chosen-in-view.ts';
import { type Hover, placeOf, usePointer } from './use-pointer.ts';

interface Props {
  readonly label: string;
  readonly model: TimelineModel;
  readonly tracks: Tracks;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
  readonly highlight: Highlight;
  readonly onSelect: (selection: Selection | null) => void;
  readonly onDrawn: (drawn: Drawn) => void;
  readonly maxHeightPx?: number | undefined;
}

const MAX_HEIGHT_PX = 620;
const WHEEL_ZOOM = 1.0016;
/** A wheel that counts lines or pages instead of pixels. */
const PX_PER_UNIT = [1, 16, 400] as const;

export function TimelineCanvas(props: Props) {
  const { label, model, tracks, range, onRange, highlight, onSelect, onDrawn } = props;
  const { maxHeightPx = MAX_HEIGHT_PX } = props;
  const { wallUs, frames } = model.timeline;
  const theme = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, pixelRatio } = useSize(frame);
  const [scrollTop, setScrollTop] = useState(0);
  const [hover, setHover] = useState<Hover | null>(null);

  const fullHeight = tracks.height + HEADER_PX;
  const height = Math.min(fullHeight, maxHeightPx);
  const view = { ...range, widthPx: width };
  const surface: Surface = { range, widthPx: width, wallUs };
  const scene: Scene = {
    model,
    tracks,
    view,
    heightPx: height,
    scrollTop: Math.min(scrollTop, fullHeight - height),
    highlight,
    pointed: hover?.pointed ?? null,
  };
  // Reading the style costs a layout: only when it can have changed.
  const palette = useMemo(
    () => (canvas.current === null || width === 0 ? null : readPalette(canvas.current, theme, frames)),
    [theme, frames, width],
  );

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element == null || context == null || palette === null) return;
    const [w, h] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)];
    if (element.width !== w || element.height !== h) Object.assign(element, { width: w, height: h });
    onDrawn(draw(context, scene, palette, pixelRatio));
  });

  useChosenInView(frame, scene, range, onRange);

  useWheel(frame, (event) => {
    const focused = document.activeElement === frame.current;
    const unit = PX_PER_UNIT[event.deltaMode] ?? 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const sideways = event.shiftKey ? dx + dy : Math.abs(dx) > Math.abs(dy) ? dx : 0;
    const usPerPx = (range.toUs - range.fromUs) / Math.max(1, width);
    if (event.ctrlKey || event.metaKey || (focused && sideways === 0)) {
      event.preventDefault();
      onRange(zoomAt(range, timeAt(placeOf(canvas, event).x, view), WHEEL_ZOOM ** -dy, wallUs));
    } else if (sideways !== 0 && (focused || event.shiftKey)) {
      event.preventDefault();
      onRange(panBy(range, sideways * usPerPx, wallUs));
    }
  });

  const act = (action: KeyAction): void => {
    if (action.do === 'step') {
      const row = stepFrom(model, highlight.row, action.to, range.fromUs);
      if (row !== null) onSelect({ kind: 'job', row });
    } else if (action.do === 'scroll') {
      frame.current?.scrollBy({ top: action.pages * (height - HEADER_PX) * 0.8 });
    } else if (action.do === 'choose') zoomToChosen();
    else if (action.do === 'clear') onSelect(null);
    else onRange(moved(range, action, wallUs));
  };

  /** Enter: the job that is chosen fills the width; without one, the first in view is chosen. */
  const zoomToChosen = (): void => {
    const { row } = highlight;
    const { jobs } = model.timeline;
    if (row !== null) onRange(around(jobs.startUs[row]!, endOf(jobs, row, wallUs), wallUs));
    else act({ do: 'step', to: 'next' });
  };

  const pointer = usePointer({ canvas, frame, surface, scene, onRange, onSelect, onHover: setHover });

  return (
    <div class="timeline-box">
      <div
        class="timeline-frame"
        ref={frame}
        role="application"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is interactive, as its role and keys say
        tabIndex={0}
        style={{ maxHeight: `${height}px` }}
        onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
        onKeyDown={(event) => {
          const action = event.ctrlKey || event.metaKey || event.altKey ? null : actionOf(event);
          if (action === null || (action.do === 'step' && !hasJobs(model.threads))) return;
          act(action);
          event.preventDefault();
        }}
      >
        <div style={{ height: `${fullHeight}px` }}>
          <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} {...pointer} />
        </div>
      </div>
      {hover !== null && (
        <Tooltip model={model} width={width} usPerPx={(range.toUs - range.fromUs) / width} {...hover} />
      )}
    </div>
  );
}

/**
 * Listens to the wheel over an element. Preact's onWheel may be passive, and a passive listener cannot keep the page
 * from scrolling along.
 */
function useWheel(target: RefObject<HTMLElement | null>, onWheel: (event: WheelEvent) => void): void {
  const latest = useRef(onWheel);
  latest.current = onWheel;
  useEffect(() => {
    const element = target.current;
    const listen = (event: WheelEvent): void => latest.current(event);
    element?.addEventListener('wheel', listen, { passive: false });
    return () => element?.removeEventListener('wheel', listen);
  }, []);
}
