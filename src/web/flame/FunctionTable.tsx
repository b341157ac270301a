import { useMemo } from 'preact/hooks';
import type { FlameData } from '../../core/documents/flame.ts';
import { formatShare } from '../../core/format.ts';
import { functionRows } from '../../output/view/run/functions.ts';
import { useTheme } from '../use-theme.ts';
import { colourOf } from './colours.ts';
import type { Quantity } from './units.ts';

interface Props {
  readonly flame: FlameData;
  /** Index into `flame.threads`; null: all. */
  readonly thread: number | null;
  /** Shares are of this. */
  readonly all: number;
  readonly jobs: number | null;
  readonly quantity: Quantity;
}

/** The graph as a table: for screen readers, for copying, and for who likes figures. */
export function FunctionTable({ flame, thread, all, jobs, quantity }: Props) {
  const theme = useTheme();
  const number = thread === null ? null : (flame.threads[thread]?.thread ?? null);
  const rows = useMemo(() => functionRows(flame, number), [flame, number]);
  const amounts = (amount: number) => [
    <td>{quantity.format(amount)}</td>,
    <td>{formatShare(all > 0 ? amount / all : null)}</td>,
    ...(jobs === null ? [] : [<td>{quantity.formatEach(amount / jobs)}</td>]),
  ];
  const heads = (name: string) => [
    <th scope="col">{name}</th>,
    <th scope="col">share</th>,
    ...(jobs === null ? [] : [<th scope="col">per job</th>]),
  ];
  return (
    <details class="behind">
      <summary>Functions as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <div class="scroll" tabIndex={0}>
        <table class="functions">
          <caption>
            Functions by their own {quantity.noun},{' '}
            {number === null ? 'all threads' : flame.threads[thread ?? 0]?.label}
          </caption>
          <thead>
            <tr>
              <th scope="col">function</th>
              {heads('self')}
              {heads('total')}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, place, category, self, totalUs: total }, index) => (
              <tr key={index}>
                <th scope="row">
                  <i class="swatch" style={{ background: colourOf(category, name, theme).fill }} />
                  {name}
                  {place !== null && <small>{place}</small>}
                </th>
                {amounts(self)}
                {amounts(total)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
