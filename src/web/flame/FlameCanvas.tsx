import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useTheme } from '../use-theme.ts';
import type { BoxStyle, Description } from './box-style.ts';
import { draw, ROW_PX, rowAt, type Scene, yOf } from './draw.ts';
import { layOut, type Move, neighbour, rectAt, rectOf } from './layout.ts';
import type { Matches } from './search.ts';
import type { FlameTree } from './tree.ts';
import { useSize } from './use-size.ts';

interface Props {
  readonly label: string;
  readonly tree: FlameTree;
  readonly boxStyle: BoxStyle;
  readonly zoomed: number;
  readonly onZoom: (node: number) => void;
  readonly selected: number | null;
  readonly onSelect: (node: number | null) => void;
  readonly matches: Matches | null;
  readonly icicle: boolean;
  readonly onSearch?: () => void;
  /** Taller graphs scroll within their frame. */
  readonly maxHeightPx?: number | undefined;
  /** Shares of the drawn width, 0 to 1. */
  readonly scale?: number;
}

interface Hover {
  readonly node: number;
  readonly x: number;
  readonly y: number;
}

const MAX_HEIGHT_PX = 20 * ROW_PX;

export function FlameCanvas(props: Props) {
  const { label, tree, boxStyle, zoomed, onZoom, selected, onSelect, matches, icicle, onSearch } = props;
  const { maxHeightPx = MAX_HEIGHT_PX, scale = 1 } = props;
  const theme = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, pixelRatio } = useSize(frame);
  const [scrollTop, setScrollTop] = useState(0);
  const [hover, setHover] = useState<Hover | null>(null);

  const layout = useMemo(() => layOut(tree, zoomed, width * scale), [tree, zoomed, width, scale]);
  const rows = layout.rows.length;
  const fullHeight = rows * ROW_PX;
  // The canvas is never larger than the visible part.
  const height = Math.min(fullHeight, maxHeightPx);
  const scene: Scene = {
    tree,
    layout,
    boxStyle,
    matches,
    selected,
    hovered: hover?.node ?? null,
    icicle,
    rows,
    scrollTop: Math.min(scrollTop, fullHeight - height),
    widthPx: width,
    heightPx: height,
  };

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element == null || context == null || width === 0) return;
    const [w, h] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)];
    if (element.width !== w || element.height !== h) Object.assign(element, { width: w, height: h });
    const style = getComputedStyle(element);
    draw(context, scene, { theme, font: style.fontFamily, outline: style.color }, pixelRatio);
  });

  // The root is where reading starts: at the bottom of a flame, on top of an icicle.
  useEffect(() => {
    frame.current?.scrollTo({ top: icicle ? 0 : fullHeight });
  }, [icicle, tree, zoomed, width === 0]);

  useEffect(() => {
    const rect = selected === null ? null : rectOf(layout, selected);
    const element = frame.current;
    if (rect === null || element === null) return;
    const y = yOf(rect.row, scene);
    if (y < element.scrollTop) element.scrollTo({ top: y });
    else if (y + ROW_PX > element.scrollTop + height) element.scrollTo({ top: y + ROW_PX - height });
  }, [selected, layout]);

  const locate = (event: PointerEvent | MouseEvent): Hover | null => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const rect = rectAt(layout, rowAt(y + scene.scrollTop, scene), x);
    return rect === null ? null : { node: rect.node, x, y };
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = directionOf(event.key, icicle);
    if (move !== null) {
      const next = selected === null ? zoomed : neighbour(tree, layout, selected, move);
      if (next !== null) onSelect(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (selected !== null) onZoom(selected);
    } else if (event.key === 'Escape') {
      if (zoomed !== 0) onZoom(0);
      else if (selected !== null) onSelect(null);
      else return;
    } else if (event.key === '/' && onSearch !== undefined) onSearch();
    else return;
    event.preventDefault();
  };

  return (
    <div class="flame-box">
      <div
        class="flame-frame"
        ref={frame}
        style={{ maxHeight: `${height}px` }}
        role="application"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is interactive, as its role and keys say
        tabIndex={0}
        onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        <div style={{ height: `${fullHeight}px` }}>
          <canvas
            ref={canvas}
            style={{ width: `${width}px`, height: `${height}px` }}
            onPointerMove={(event) => setHover(event.pointerType === 'touch' ? null : locate(event))}
            onPointerLeave={() => setHover(null)}
            onClick={(event) => {
              const hit = locate(event);
              if (hit !== null) onZoom(hit.node);
            }}
          />
        </div>
      </div>
      {hover !== null && hover.node < tree.size && (
        <Tooltip description={boxStyle.describe(hover.node)} x={hover.x} y={hover.y} width={width} />
      )}
    </div>
  );
}

function directionOf(key: string, icicle: boolean): Move | null {
  if (key === 'ArrowUp') return icicle ? 'parent' : 'child';
  if (key === 'ArrowDown') return icicle ? 'child' : 'parent';
  return key === 'ArrowLeft' ? 'previous' : key === 'ArrowRight' ? 'next' : null;
}

interface TooltipProps {
  readonly description: Description;
  /** Of the pointer within the picture, CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const WIDTH_PX = 340;
const OFFSET_PX = 16;

function Tooltip({ description: { name, place, facts }, x, y, width }: TooltipProps) {
  const left = Math.max(0, Math.min(x + OFFSET_PX, width - WIDTH_PX));
  return (
    <div class="tooltip" aria-hidden="true" style={{ left: `${left}px`, top: `${y + OFFSET_PX}px` }}>
      <b>{name}</b>
      {place !== null && <span class="place">{place}</span>}
      <dl>
        {facts.map(([label, value]) => [
          <dt key={label}>{label}</dt>,
          <dd key={`${label} value`}>{value}</dd>,
        ])}
      </dl>
    </div>
  );
}
