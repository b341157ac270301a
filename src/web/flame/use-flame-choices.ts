import { useMemo } from 'preact/hooks';
import { flag, oneOf, text } from '../state/codecs.ts';
import { useHashState } from '../state/use-hash-state.ts';
import { UNITS, type Unit } from './units.ts';

export const DIRECTIONS = ['top-down', 'bottom-up'] as const;
export type Direction = (typeof DIRECTIONS)[number];

interface Values {
  /** `levels`: all threads, each below the root; `one`: all as one; else the index of a thread. */
  readonly thread: string;
  readonly direction: Direction;
  readonly collapsed: boolean;
  readonly showIdle: boolean;
  /** The root on top, or at the bottom. */
  readonly icicle: boolean;
  readonly unit: Unit;
  readonly search: string;
  /** Key of the kind of code that stands out; empty: none. */
  readonly kind: string;
  /** Key of the stack that fills the width; empty: the root. */
  readonly zoom: string;
}

export interface FlameChoices extends Values {
  readonly set: { readonly [Name in keyof Values]: (value: Values[Name]) => void };
}

/** What a reader has chosen to see of a flame, in the page's hash. */
export function useFlameChoices(prefix: string, threads: number): FlameChoices {
  const known = useMemo(
    () => oneOf(['levels', 'one', ...Array.from({ length: threads }, (_, index) => String(index))]),
    [threads],
  );
  const key = (name: keyof Values): string => `${prefix}.${name}`;
  const [thread, setThread] = useHashState(key('thread'), threads === 1 ? '0' : 'levels', known);
  const [direction, setDirection] = useHashState<Direction>(key('direction'), 'top-down', oneOf(DIRECTIONS));
  const [collapsed, setCollapsed] = useHashState(key('collapsed'), false, flag);
  const [showIdle, setShowIdle] = useHashState(key('showIdle'), false, flag);
  const [icicle, setIcicle] = useHashState(key('icicle'), true, flag);
  const [unit, setUnit] = useHashState<Unit>(key('unit'), 'share', oneOf(UNITS));
  const [search, setSearch] = useHashState(key('search'), '', text());
  const [kind, setKind] = useHashState(key('kind'), '', text());
  const [zoom, setZoom] = useHashState(key('zoom'), '', text(16));
  return {
    ...{ thread, direction, collapsed, showIdle, icicle, unit, search, kind, zoom },
    set: {
      thread: setThread,
      direction: setDirection,
      collapsed: setCollapsed,
      showIdle: setShowIdle,
      icicle: setIcicle,
      unit: setUnit,
      search: setSearch,
      kind: setKind,
      zoom: setZoom,
    },
  };
}
