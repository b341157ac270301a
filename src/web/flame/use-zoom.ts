import { useEffect, useMemo, useState } from 'preact/hooks';
import { keyText, nodeOfKey, stackKeys } from './stack-keys.ts';
import type { FlameTree } from './tree.ts';

const ROOT = 0;

export interface Zoom {
  readonly zoomed: number;
  readonly selected: number | null;
  /** Of each stack of the tree. */
  readonly keys: Float64Array;
  zoomTo(node: number): void;
  select(node: number | null): void;
}

/**
 * Which stack fills the width, by its key: it stays where another choice has the same stack; and which box is
 * chosen, by its number in the tree: with the tree it goes.
 */
export function useZoom(tree: FlameTree, key: string, setKey: (key: string) => void): Zoom {
  const keys = useMemo(() => stackKeys(tree), [tree]);
  const zoomed = useMemo(() => {
    const node = nodeOfKey(keys, key);
    // A stack that only the other side has is 0 wide here.
    return (tree.total[node] ?? 0) > 0 ? node : ROOT;
  }, [keys, key]);
  const [selected, select] = useState<number | null>(null);
  useEffect(() => select(null), [tree]);
  return {
    ...{ keys, zoomed },
    selected: selected !== null && selected < tree.size ? selected : null,
    zoomTo: (node) => {
      setKey(node === ROOT ? '' : keyText(keys[node] ?? 0));
      select(node);
    },
    select,
  };
}
