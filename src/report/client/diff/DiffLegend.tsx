import { useTheme } from '../use-theme.ts';
import { changeColour } from './diff-colours.ts';
import type { Width } from './diff-tree.ts';

const SCALE: readonly (readonly [relative: number, label: string])[] = [
  [-1, 'gone'],
  [-0.75, ''],
  [-0.5, 'half'],
  [-0.25, ''],
  [0, 'same, or noise'],
  [0.25, ''],
  [0.5, 'double'],
  [0.75, ''],
  [1, 'new'],
];

const WIDTH_NOTES: Readonly<Record<Width, string>> = {
  larger: 'Width: time per stack on the side where it is larger.',
  a: 'Width: time in A. What only B has is not drawn.',
  b: 'Width: time in B. What only A has is not drawn.',
};

export function DiffLegend({ width }: { readonly width: Width }) {
  const theme = useTheme();
  return (
    <div class="diff-legend">
      <span class="scale-end">less in B</span>
      <ol class="scale" aria-label="Colours, from gone in B to new in B">
        {SCALE.map(([relative, label]) => (
          <li key={relative}>
            <i style={{ background: changeColour(relative, relative === 0, theme).fill }} />
            <small>{label}</small>
          </li>
        ))}
      </ol>
      <span class="scale-end">more in B</span>
      <span class="marks">
        <i class="mark removed" /> only in A <i class="mark added" /> only in B
      </span>
      <span class="width-note">{WIDTH_NOTES[width]}</span>
    </div>
  );
}
