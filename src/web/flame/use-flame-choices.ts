import { useMemo } from 'preact/hooks';
import { flag, oneOf, text } from '../state/codecs.ts';
import { useHashState } from '../state/use-hash-state.ts';
import { UNITS, type Unit } from './units.ts';

export const DIRECTIONS = ['top-down', 'bottom-up'] as const;
export type Direction = (typeof DIRECTIONS)[number];
/** Time order needs a timeline. */
const ORDERS = [...DIRECTIONS, 'time'] as const;
export type Order = (typeof ORDERS)[number];

const ANY_ORDER = oneOf<Order>(ORDERS);
const USUAL_THREADS = ['one', '0'];

interface Values {
  /** `levels`: all threads, each below the root; `one`: all as one; else the index of a thread. */
  readonly thread: string;
  readonly direction: Order;
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
  /** Key of the function chosen last; empty: none. */
  readonly chosen: string;
  /** As large as the window. */
  readonly expanded: boolean;
}

export interface FlameChoices extends Values {
  readonly set: { readonly [Name in keyof Values]: (value: Values[Name]) => void };
}

interface Offer {
  readonly threads: number;
  readonly timeOrder: boolean;
  readonly unit: Unit;
}

/** The view of a flame that a reader has chosen, in the page's hash. No thread: all threads, merged. */
export function useFlameChoices(
  prefix: string,
  { threads, timeOrder, unit: usualUnit }: Offer,
): FlameChoices {
  const known = useMemo(
    () => oneOf(['levels', 'one', ...Array.from({ length: threads }, (_, index) => String(index))]),
    [threads],
  );
  const key = (name: keyof Values): string => `${prefix}.${name}`;
  const [thread, setThread] = useHashState(key('thread'), USUAL_THREADS[threads] ?? 'levels', known);
  const [direction, setDirection] = useHashState<Order>(
    key('direction'),
    'top-down',
    timeOrder ? ANY_ORDER : oneOf<Order>(DIRECTIONS),
  );
  const [collapsed, setCollapsed] = useHashState(key('collapsed'), false, flag);
  const [showIdle, setShowIdle] = useHashState(key('showIdle'), false, flag);
  const [icicle, setIcicle] = useHashState(key('icicle'), true, flag);
  const [unit, setUnit] = useHashState<Unit>(key('unit'), usualUnit, oneOf(UNITS));
  const [search, setSearch] = useHashState(key('search'), '', text());
  const [kind, setKind] = useHashState(key('kind'), '', text());
  const [zoom, setZoom] = useHashState(key('zoom'), '', text(16));
  const [chosen, setChosen] = useHashState(key('chosen'), '', text(16));
  const [expanded, setExpanded] = useHashState(key('expanded'), false, flag);
  return {
    ...{ thread, direction, collapsed, showIdle, icicle, unit, search, kind, zoom, chosen, expanded },
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
      chosen: setChosen,
      expanded: setExpanded,
    },
  };
}
