import { useTheme } from '../use-theme.ts';
import { changeColour } from './diff-colours.ts';
import type { Width } from './diff-tree.ts';

/** As shares of the larger side: half of it, double it. */
const SCALE: readonly (readonly [relative: number, label: string])[] = [
  [-1, 'gone'],
  [-0.75, ''],
  [-0.5, 'half'],
  [-0.25, ''],
  [0.25, ''],
  [0.5, 'double'],
  [0.75, ''],
  [1, 'new'],
];

const WIDTH_NOTES: Readonly<Record<Width, string>> = {
  larger: 'Width: the larger of A and B.',
  a: 'Width: A. Stacks only in B are not drawn.',
  b: 'Width: B. Stacks only in A are not drawn.',
};

export function DiffLegend({ width }: { readonly width: Width }) {
  const theme = useTheme();
  const fill = (relative: number) => ({ background: changeColour(relative, relative === 0, theme).fill });
  return (
    <div class="diff-legend">
      <div>
        <span>less in B</span>
        <ol class="scale" aria-label="Colours, from gone in B to new in B">
          {SCALE.map(([relative, label]) => (
            <li key={relative}>
              <i style={fill(relative)} />
              <small>{label}</small>
            </li>
          ))}
        </ol>
        <span>more in B</span>
      </div>
      <ul>
        <li>
          <i class="mark" style={fill(0)} /> the same, or too few samples to tell
        </li>
        <li>
          <i class="mark removed" /> only in A
        </li>
        <li>
          <i class="mark added" /> only in B
        </li>
      </ul>
      <p>{WIDTH_NOTES[width]}</p>
    </div>
  );
}
