import type { FlameData } from '../../../types/flame.ts';
import { useTheme } from '../use-theme.ts';
import { categoryLabel, colourOf, LEGEND } from './colours.ts';

/** The categories that occur in this profile. */
export function Legend({ flame, showIdle }: { readonly flame: FlameData; readonly showIdle: boolean }) {
  const theme = useTheme();
  const used = new Set<string>(flame.frames.map(({ category }) => category));
  return (
    <ul class="legend" aria-label="Colours">
      {LEGEND.filter((category) => used.has(category) && (showIdle || category !== 'idle')).map(
        (category) => (
          <li key={category}>
            <i style={{ background: colourOf(category, '', theme).fill }} />
            {categoryLabel(category)}
          </li>
        ),
      )}
    </ul>
  );
}
