import { formatPlural } from '../../core/format.ts';
import type { TopChangeRow } from '../../output/view/run/top-changes.ts';
import { colourOf } from '../flame/colours.ts';
import { Choice } from '../flame/controls.tsx';
import { signed } from '../flame/units.ts';
import { useTheme } from '../use-theme.ts';
import { useUniqueId } from '../use-unique-id.ts';
import type { DiffUnit } from './describe-diff.ts';

interface Props {
  readonly rows: readonly TopChangeRow[];
  readonly names: readonly [string, string];
  readonly unit: DiffUnit;
  readonly by: 'self' | 'total';
  readonly onBy: (by: 'self' | 'total') => void;
  readonly onPick: (name: string) => void;
  readonly picked: string;
}

/** The functions that changed most; each can be found in the graph from here. What may be chance is folded up. */
export function TopChangesTable({ rows, by, onBy, ...lines }: Props) {
  const note = useUniqueId();
  const { quantity, each } = lines.unit;
  const sure = rows.filter(({ isNoise }) => !isNoise);
  const noise = rows.filter(({ isNoise }) => isNoise);
  return (
    <div class="topChanges">
      <div class="toolbar">
        <h4>What changed most</h4>
        <Choice
          label="by"
          name="by"
          value={by}
          options={[
            ['self', `self ${quantity.noun}`],
            ['total', `total ${quantity.noun}`],
          ]}
          onChange={onBy}
          labelled
        />
      </div>
      <p class="quiet" id={note}>
        Amounts{quantity.whole}
        {each}. ± is the sampling error of the difference (three standard deviations).{' '}
        {sure.length === 0 ? (
          <b>No change exceeds it. Longer profiles would show smaller changes.</b>
        ) : (
          <span class="on-screen">Select a function to find it in the graph.</span>
        )}
      </p>
      {sure.length > 0 && <ChangeLines rows={sure} note={note} {...lines} />}
      {noise.length > 0 && (
        <details class="behind">
          <summary>
            {formatPlural(noise.length, 'function')} that changed by less than the sampling error
          </summary>
          <ChangeLines rows={noise} note={note} {...lines} />
        </details>
      )}
    </div>
  );
}

interface LinesProps extends Pick<Props, 'rows' | 'names' | 'unit' | 'onPick' | 'picked'> {
  /** Id of what is said of the table. */
  readonly note: string;
}

function ChangeLines({ rows, names: [nameA, nameB], unit: { quantity }, onPick, picked, note }: LinesProps) {
  const theme = useTheme();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <div class="scroll" tabIndex={0}>
      <table class="functions topChanges" aria-describedby={note}>
        <thead>
          <tr>
            <th scope="col">function</th>
            <th scope="col" class="cut" title={nameA}>
              A, {nameA}
            </th>
            <th scope="col" class="cut" title={nameB}>
              B, {nameB}
            </th>
            <th scope="col">change</th>
            <th scope="col">±</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index} class={row.isNoise ? 'noise' : ''}>
              <th scope="row">
                <button
                  type="button"
                  class="pick"
                  aria-pressed={picked === row.name}
                  onClick={() => onPick(row.name)}
                >
                  <i class="swatch" style={{ background: colourOf(row.category, row.name, theme).fill }} />
                  {row.name}
                </button>
                <small>
                  {row.place}
                  {row.before !== null && ` (was at ${row.before})`}
                </small>
              </th>
              <td>{row.a === 0 ? '—' : quantity.formatEach(row.a)}</td>
              <td>{row.b === 0 ? '—' : quantity.formatEach(row.b)}</td>
              <td>
                <b class={row.isNoise ? '' : row.b > row.a ? 'more' : 'less'}>
                  {signed(row.b - row.a, quantity)}
                </b>
                <small>{CHANGES[row.change]}</small>
              </td>
              <td>{quantity.formatEach(row.noise)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const CHANGES: Readonly<Record<TopChangeRow['change'], string>> = {
  added: 'only in B',
  removed: 'only in A',
  grew: '',
  shrank: '',
  same: '',
};
