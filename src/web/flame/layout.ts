import { type FlameTree, pathTo } from './tree.ts';

/** A rectangle of the picture: `row` counts from the root, `x` and `width` are CSS pixels. */
export interface FlameRect {
  readonly node: number;
  readonly row: number;
  readonly x: number;
  readonly width: number;
  /** Above the zoomed frame: shown to find the way back. */
  readonly above: boolean;
}

export interface FlameLayout {
  readonly rects: readonly FlameRect[];
  /** Each row's rectangles, left to right. */
  readonly rows: readonly (readonly FlameRect[])[];
}

/** Lays out visible boxes. Children come widest first, so work is bounded by the pixels, not by the tree. */
export function layOut(tree: FlameTree, zoomed: number, widthPx: number, minWidth = 1): FlameLayout {
  const rects: FlameRect[] = [];
  const total = tree.total[zoomed] ?? 0;
  const path = pathTo(tree, zoomed);
  for (const node of path.slice(0, -1)) {
    rects.push({ node, row: tree.depth[node] ?? 0, x: 0, width: widthPx, above: true });
  }
  if (total > 0 && widthPx > 0) {
    const scale = widthPx / total;
    const origin = tree.start[zoomed] ?? 0;
    const pending = [zoomed];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const x = ((tree.start[node] ?? 0) - origin) * scale;
      const width = (tree.total[node] ?? 0) * scale;
      rects.push({ node, row: tree.depth[node] ?? 0, x, width, above: false });
      const from = tree.childFrom[node] ?? 0;
      const threads = tree.hasThreads && node === 0;
      for (let i = from; i < from + (tree.childCount[node] ?? 0); i += 1) {
        const child = tree.order[i] ?? 0;
        if ((tree.total[child] ?? 0) * scale >= minWidth) pending.push(child);
        else if (!threads) break;
      }
    }
  }
  return { rects, rows: inRows(rects) };
}

function inRows(rects: readonly FlameRect[]): FlameRect[][] {
  const rows: FlameRect[][] = [];
  for (const rect of rects) {
    let row = rows[rect.row];
    if (row === undefined) {
      row = [];
      rows[rect.row] = row;
    }
    row.push(rect);
  }
  for (const row of rows) row.sort((a, b) => a.x - b.x);
  return rows;
}

export function rectAt({ rows }: FlameLayout, row: number, x: number): FlameRect | null {
  return rows[row]?.find((rect) => x >= rect.x && x < rect.x + rect.width) ?? null;
}

export function rectOf({ rects }: FlameLayout, node: number): FlameRect | null {
  return rects.find((rect) => rect.node === node) ?? null;
}

export type Move = 'parent' | 'child' | 'previous' | 'next';

/** Where an arrow key leads among what can be seen; null: nowhere. */
export function neighbour(tree: FlameTree, layout: FlameLayout, node: number, to: Move): number | null {
  const rect = rectOf(layout, node);
  if (rect === null) return layout.rects[0]?.node ?? null;
  if (to === 'parent') {
    const above = tree.parent[node] ?? -1;
    return above >= 0 && rectOf(layout, above) !== null ? above : null;
  }
  if (to === 'child') {
    return layout.rows[rect.row + 1]?.find((candidate) => tree.parent[candidate.node] === node)?.node ?? null;
  }
  const row = layout.rows[rect.row] ?? [];
  return row[row.indexOf(rect) + (to === 'next' ? 1 : -1)]?.node ?? null;
}
