import { fit, measure } from '../fit-text.ts';
import type { BoxStyle, Mark } from './box-style.ts';
import type { Theme } from './colours.ts';
import type { FlameLayout, FlameRect } from './layout.ts';
import type { Matches } from './search.ts';
import { type FlameTree, nodeAt } from './tree.ts';

export const ROW_PX = 22;
const GAP_PX = 1;
const LABEL_PADDING_PX = 6;
/** Narrower boxes stay without a label: an ellipsis alone says nothing. */
const LABEL_FROM_PX = 26;
const NOTE_FROM_PX = 40;
const DIM_ALPHA = 0.3;

export interface Scene {
  readonly tree: FlameTree;
  readonly layout: FlameLayout;
  readonly boxStyle: BoxStyle;
  readonly matches: Matches | null;
  readonly selected: number | null;
  readonly hovered: number | null;
  /** The root on top, or at the bottom. */
  readonly icicle: boolean;
  /** Rows of the whole picture, and the part of it that is in view, CSS pixels. */
  readonly rows: number;
  readonly scrollTop: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

interface Ink {
  readonly theme: Theme;
  /** CSS font family, and the colour of the frame around a chosen box. */
  readonly font: string;
  readonly outline: string;
}

export function yOf(row: number, { icicle, rows }: Pick<Scene, 'icicle' | 'rows'>): number {
  return (icicle ? row : rows - 1 - row) * ROW_PX;
}

export function rowAt(y: number, { icicle, rows }: Pick<Scene, 'icicle' | 'rows'>): number {
  const row = Math.floor(y / ROW_PX);
  return icicle ? row : rows - 1 - row;
}

export function draw(context: CanvasRenderingContext2D, scene: Scene, ink: Ink, pixelRatio: number): void {
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, scene.widthPx, scene.heightPx);
  context.textBaseline = 'middle';
  const label = labeller(context, ink.font);
  for (const rect of scene.layout.rects) {
    const y = yOf(rect.row, scene) - scene.scrollTop;
    if (y + ROW_PX < 0 || y > scene.heightPx) continue;
    drawBox(context, scene, ink, rect, y, label);
  }
  const { frame } = scene.tree;
  const chosen = scene.selected === null ? undefined : frame[scene.selected];
  for (const rect of scene.layout.rects) {
    const isSelected = rect.node === scene.selected;
    // Thin around other calls of the same function.
    if (!isSelected && rect.node !== scene.hovered && frame[rect.node] !== chosen) continue;
    const y = yOf(rect.row, scene) - scene.scrollTop;
    context.strokeStyle = ink.outline;
    context.lineWidth = isSelected ? 2 : 1;
    const width = Math.max(2, rect.width - GAP_PX - 2);
    context.strokeRect(rect.x + 1, y + 1, width, ROW_PX - GAP_PX - 2);
  }
}

type Labeller = (text: string, note: string | null, x: number, y: number, width: number, ink: string) => void;

function drawBox(
  context: CanvasRenderingContext2D,
  { tree, boxStyle, matches }: Scene,
  { theme }: Ink,
  rect: FlameRect,
  y: number,
  label: Labeller,
): void {
  const { fill, ink, mark, faint } = boxStyle.paint(rect.node, theme);
  const isMatch = matches === null || matches.frames[tree.frame[rect.node] ?? 0] === 1;
  context.globalAlpha = rect.above || !isMatch ? DIM_ALPHA : 1;
  context.fillStyle = fill;
  const width = Math.max(0.6, rect.width - GAP_PX);
  context.fillRect(rect.x, y, width, ROW_PX - GAP_PX);
  if (mark !== null) drawMark(context, mark, faint, ink, rect.x, y, width);
  if (width < LABEL_FROM_PX) {
    context.globalAlpha = 1;
    return;
  }
  // Dimmed boxes let the background through: their label takes the ink of the page.
  const dimmed = context.globalAlpha < 1;
  context.globalAlpha = dimmed ? 0.75 : 1;
  const pageInk = theme === 'dark' ? '#ffffff' : '#14161a';
  const { name } = nodeAt(tree, rect.node);
  label(
    name,
    boxStyle.note(rect.node),
    rect.x,
    y + (ROW_PX - GAP_PX) / 2 + 0.5,
    width,
    dimmed ? pageInk : ink,
  );
  context.globalAlpha = 1;
}

const HATCH_PX = 6;
const FAINT_ALPHA = 0.35;
const FRAME_FROM_PX = 6;

/** Told apart by form, too: what is new has a frame, what is gone is hatched. */
function drawMark(
  context: CanvasRenderingContext2D,
  mark: Mark,
  faint: boolean,
  ink: string,
  x: number,
  y: number,
  width: number,
): void {
  const height = ROW_PX - GAP_PX;
  context.save();
  context.strokeStyle = ink;
  if (faint) context.globalAlpha *= FAINT_ALPHA;
  if (mark === 'added') {
    context.globalAlpha *= 0.75;
    context.lineWidth = 1;
    if (width > FRAME_FROM_PX) context.strokeRect(x + 1.5, y + 1.5, width - 3, height - 3);
  } else {
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.globalAlpha *= 0.3;
    context.beginPath();
    for (let at = x - height; at < x + width; at += HATCH_PX) {
      context.moveTo(at, y + height);
      context.lineTo(at + height, y);
    }
    context.stroke();
  }
  context.restore();
}

function labeller(context: CanvasRenderingContext2D, family: string): Labeller {
  const strong = `500 12px ${family}`;
  const quiet = `11px ${family}`;
  return (text, note, x, y, width, ink) => {
    const room = width - 2 * LABEL_PADDING_PX;
    context.font = strong;
    context.fillStyle = ink;
    const shown = fit(context, text, room);
    if (shown === '') return;
    context.fillText(shown, x + LABEL_PADDING_PX, y);
    if (note === null || shown !== text) return;
    const used = measure(context, text) + 8;
    if (room - used < NOTE_FROM_PX) return;
    context.font = quiet;
    const alpha = context.globalAlpha;
    context.globalAlpha = alpha * 0.8;
    context.fillText(fit(context, note, room - used), x + LABEL_PADDING_PX + used, y);
    context.globalAlpha = alpha;
  };
}
