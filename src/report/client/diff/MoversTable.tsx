import { formatMicros } from '../../format.ts';
import type { MoverRow } from '../../view/movers.ts';
import { type Category, colourOf } from '../flame/colours.ts';
import { Choice } from '../flame/controls.tsx';
import { useTheme } from '../use-theme.ts';
import { signed } from './describe-diff.ts';

interface Props {
  readonly rows: readonly MoverRow[];
  readonly names: readonly [string, string];
  readonly unit: string;
  readonly by: 'self' | 'total';
  readonly onBy: (by: 'self' | 'total') => void;
  readonly onPick: (name: string) => void;
  readonly picked: string;
}

/** The functions that changed most; each can be found in the graph from here. */
export function MoversTable({ rows, names: [nameA, nameB], unit, by, onBy, onPick, picked }: Props) {
  const theme = useTheme();
  return (
    <div class="movers">
      <div class="toolbar">
        <h4>What changed most</h4>
        <Choice
          label="by"
          name="by"
          value={by}
          options={[
            ['self', 'own time'],
            ['total', 'own time and what it calls'],
          ]}
          onChange={onBy}
        />
      </div>
      <div class="scroll">
        <table class="functions">
          <caption>
            µs of running code{unit}. ± is what sampling alone can move a difference by (three standard
            deviations); smaller changes are grey.
          </caption>
          <thead>
            <tr>
              <th scope="col">function</th>
              <th scope="col">A, {nameA}</th>
              <th scope="col">B, {nameB}</th>
              <th scope="col">change</th>
              <th scope="col">±</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index} class={row.isNoise ? 'noise' : ''}>
                <th scope="row">
                  <i
                    class="swatch"
                    style={{ background: colourOf(row.category as Category, row.name, theme).fill }}
                  />
                  <button
                    type="button"
                    class="pick"
                    aria-pressed={picked === row.name}
                    onClick={() => onPick(row.name)}
                  >
                    {row.name}
                  </button>
                  <small>
                    {row.place}
                    {row.before !== null && ` (was at ${row.before})`}
                  </small>
                </th>
                <td>{row.a === 0 ? '—' : formatMicros(row.a)}</td>
                <td>{row.b === 0 ? '—' : formatMicros(row.b)}</td>
                <td>
                  <b class={row.isNoise ? '' : row.b > row.a ? 'more' : 'less'}>{signed(row.b - row.a)}</b>
                  <small>{CHANGES[row.change]}</small>
                </td>
                <td>{formatMicros(row.noiseUs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const CHANGES: Readonly<Record<MoverRow['change'], string>> = {
  added: 'only in B',
  removed: 'only in A',
  grew: '',
  shrank: '',
  same: '',
};
