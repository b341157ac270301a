import { formatPlural } from '../../core/format.ts';
import { useTheme } from '../use-theme.ts';
import { colourOf } from './colours.ts';
import type { Kind } from './kinds.ts';
import type { Measure } from './units.ts';

interface Props {
  readonly kinds: readonly Kind[];
  readonly measure: Measure;
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
}

/** Whose code the amounts are of, above the graph in its colours; and the legend, which picks one out. */
export function KindBar({ kinds, measure, chosen, onChoose }: Props) {
  const theme = useTheme();
  const all = kinds.reduce((sum, { self }) => sum + self, 0);
  if (all === 0) return null;
  const colour = ({ category, key }: Kind): string => {
    return colourOf(category, category === 'dependency' ? key : '', theme).fill;
  };
  return (
    <div class="kinds">
      <div class="kind-bar" aria-hidden="true">
        {kinds.map((kind) => (
          <i
            key={kind.key}
            class={chosen === '' || chosen === kind.key ? '' : 'dim'}
            style={{ flexGrow: kind.self / all, background: colour(kind) }}
          />
        ))}
      </div>
      <ul
        aria-label={`${formatPlural(kinds.length, 'kind')} of code by ${measure.quantity.noun}; choose one to highlight it`}
      >
        {kinds.map((kind) => (
          <li key={kind.key}>
            <button
              type="button"
              aria-pressed={chosen === kind.key}
              onClick={() => onChoose(chosen === kind.key ? '' : kind.key)}
            >
              <i style={{ background: colour(kind) }} />
              {kind.label} <b>{measure.format(kind.self)}</b>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
