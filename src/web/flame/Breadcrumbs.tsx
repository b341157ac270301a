import { type FlameTree, nodeAt, pathTo } from './tree.ts';

/** Deeper paths lose their middle: the ends are what one goes back to. */
const MAX_CRUMBS = 8;

interface Props {
  readonly tree: FlameTree;
  readonly zoomed: number;
  readonly onZoom: (node: number) => void;
}

export function Breadcrumbs({ tree, zoomed, onZoom }: Props) {
  if (zoomed === 0) {
    return (
      <p class="crumbs">
        Click or tap a box to zoom in; Escape goes back. With the keyboard: arrow keys, Enter, and / to
        search.
      </p>
    );
  }
  const path = pathTo(tree, zoomed);
  const shown = path.length <= MAX_CRUMBS ? path : [...path.slice(0, 2), -1, ...path.slice(3 - MAX_CRUMBS)];
  return (
    <nav class="crumbs" aria-label="Zoomed into">
      <ol>
        {shown.map((node) => (
          <li key={node}>
            {node === -1 ? (
              <span aria-hidden="true">…</span>
            ) : node === zoomed ? (
              <span aria-current="true">{nodeAt(tree, node).name}</span>
            ) : (
              <button type="button" onClick={() => onZoom(node)}>
                {nodeAt(tree, node).name}
              </button>
            )}
          </li>
        ))}
      </ol>
      <button type="button" class="reset" onClick={() => onZoom(0)}>
        Reset zoom
      </button>
    </nav>
  );
}
