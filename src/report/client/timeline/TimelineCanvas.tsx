import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useSize } from '../flame/use-size.ts';
import { useTheme } from '../use-theme.ts';
import { draw } from './draw.ts';
import { NO_GESTURE, pointerDown, pointerMove, pointerUp, type Surface } from './gesture.ts';
import { hitTest, inOverview, selectionOf } from './hit.ts';
import { timeAt } from './intervals.ts';
import { actionOf, type KeyAction, moved } from './keys.ts';
import { endOf } from './lanes.ts';
import type { TimelineModel } from './model.ts';
import { readPalette } from './palette.ts';
import { around, panBy, type Range, reveal, whole, zoomAt } from './range.ts';
import { type Drawn, HEADER_PX, type Highlight, type Pointed, type Scene } from './scene.ts';
import type { Selection } from './selection.ts';
import { stepFrom } from './steps.ts';
import { Tooltip } from './Tooltip.tsx';
import { laneY, type Tracks } from './tracks.ts';

interface Props {
  readonly label: string;
  readonly model: TimelineModel;
  readonly tracks: Tracks;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
  readonly highlight: Highlight;
  readonly onSelect: (selection: Selection | null) => void;
  readonly onDrawn: (drawn: Drawn) => void;
}

interface Hover {
  readonly pointed: Pointed;
  readonly x: number;
  readonly y: number;
}

const MOST_HEIGHT_PX = 620;
const WHEEL_ZOOM = 1.0016;
const DOUBLE_CLICK_ZOOM = 2.5;
/** A wheel that counts lines or pages instead of pixels. */
const PX_PER_UNIT = [1, 16, 400] as const;

export function TimelineCanvas(props: Props) {
  const { label, model, tracks, range, onRange, highlight, onSelect, onDrawn } = props;
  const { wallUs, frames } = model.timeline;
  const theme = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const gesture = useRef(NO_GESTURE);
  const { width, pixelRatio } = useSize(frame);
  const [scrollTop, setScrollTop] = useState(0);
  const [hover, setHover] = useState<Hover | null>(null);

  const fullHeight = tracks.height + HEADER_PX;
  const height = Math.min(fullHeight, MOST_HEIGHT_PX);
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

  // A chosen job comes into view, wherever it was chosen.
  useEffect(() => {
    const element = frame.current;
    if (highlight.row === null || element === null) return;
    const { jobs } = model.timeline;
    const thread = model.threads.findIndex((each) => each.thread.thread === jobs.thread[highlight.row!]);
    const place = laneY(tracks, thread, jobs.lane[highlight.row]!);
    if (place === null) return;
    const room = height - HEADER_PX;
    if (place.y < element.scrollTop) element.scrollTo({ top: Math.max(0, place.y - 20) });
    else if (place.y + place.height > element.scrollTop + room) {
      element.scrollTo({ top: place.y + place.height + 20 - room });
    }
    const next = reveal(range, jobs.startUs[highlight.row]!, endOf(jobs, highlight.row, wallUs), wallUs);
    if (next !== range) onRange(next);
  }, [highlight.row]);

  const placeOf = (event: PointerEvent | MouseEvent | WheelEvent): { x: number; y: number } => {
    const box = canvas.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };

  const wheel = useRef<(event: WheelEvent) => void>(() => {});
  wheel.current = (event) => {
    const focused = document.activeElement === frame.current;
    const unit = PX_PER_UNIT[event.deltaMode] ?? 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const sideways = event.shiftKey ? dx + dy : Math.abs(dx) > Math.abs(dy) ? dx : 0;
    const usPerPx = (range.toUs - range.fromUs) / Math.max(1, width);
    if (event.ctrlKey || event.metaKey || (focused && sideways === 0)) {
      event.preventDefault();
      onRange(zoomAt(range, timeAt(placeOf(event).x, view), WHEEL_ZOOM ** -dy, wallUs));
    } else if (sideways !== 0 && (focused || event.shiftKey)) {
      event.preventDefault();
      onRange(panBy(range, sideways * usPerPx, wallUs));
    }
  };
  useEffect(() => {
    const element = frame.current;
    // Preact's onWheel may be passive, and a passive listener cannot keep the page from scrolling along.
    const listen = (event: WheelEvent): void => wheel.current(event);
    element?.addEventListener('wheel', listen, { passive: false });
    return () => element?.removeEventListener('wheel', listen);
  }, []);

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

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    canvas.current?.setPointerCapture(event.pointerId);
    const { x, y } = placeOf(event);
    gesture.current = pointerDown(gesture.current, { id: event.pointerId, x, y }, inOverview(y), surface);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const { x, y } = placeOf(event);
    const to = pointerMove(gesture.current, { id: event.pointerId, x, y }, surface);
    gesture.current = to.gesture;
    if (to.range !== null) {
      onRange(to.range);
      if (event.pointerType === 'mouse') frame.current?.scrollBy({ top: to.scrollPx });
      setHover(null);
    } else if (event.pointerType !== 'touch') {
      const pointed = hitTest(scene, x, y);
      setHover(pointed === null ? null : { pointed, x, y });
    }
  };
  const onPointerUp = (event: PointerEvent): void => {
    const { gesture: left, clicked } = pointerUp(gesture.current, event.pointerId, surface);
    gesture.current = left;
    if (!clicked) return;
    const { x, y } = placeOf(event);
    const pointed = hitTest(scene, x, y);
    if (pointed !== null) onSelect(selectionOf(scene, pointed));
  };
  const onDoubleClick = (event: MouseEvent): void => {
    const { x, y } = placeOf(event);
    if (inOverview(y)) {
      onRange(whole(wallUs));
      return;
    }
    const pointed = hitTest(scene, x, y);
    const { lanes, calls } = model.threads[pointed?.thread ?? -1] ?? {};
    const row =
      pointed === null
        ? undefined
        : pointed.kind === 'job'
          ? lanes?.[pointed.line]
          : calls?.rows[pointed.line];
    if (pointed === null || row === undefined) {
      onRange(zoomAt(range, timeAt(x, view), DOUBLE_CLICK_ZOOM, wallUs));
    } else onRange(around(row.startUs[pointed.index]!, row.endUs[pointed.index]!, wallUs));
  };

  return (
    <div class="timeline-box">
      <div
        class="timeline-frame"
        ref={frame}
        role="application"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is interactive, as its role and keys say
        tabIndex={0}
        style={{ maxHeight: `${MOST_HEIGHT_PX}px` }}
        onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
        onKeyDown={(event) => {
          const action = event.ctrlKey || event.metaKey || event.altKey ? null : actionOf(event);
          if (action === null) return;
          act(action);
          event.preventDefault();
        }}
      >
        <div style={{ height: `${fullHeight}px` }}>
          <canvas
            ref={canvas}
            style={{ width: `${width}px`, height: `${height}px` }}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerCancel={(event) => {
              gesture.current = pointerUp(gesture.current, event.pointerId, surface).gesture;
            }}
            onPointerLeave={() => setHover(null)}
            onDblClick={onDoubleClick}
          />
        </div>
      </div>
      {hover !== null && (
        <Tooltip model={model} width={width} usPerPx={(range.toUs - range.fromUs) / width} {...hover} />
      )}
    </div>
  );
}
