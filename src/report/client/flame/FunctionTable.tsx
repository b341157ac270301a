import { useMemo } from 'preact/hooks';
import type { FlameData } from '../../../types/flame.ts';
import { formatShare, formatUs } from '../../format.ts';
import { functionRows } from '../../view/functions.ts';
import { useTheme } from '../use-theme.ts';
import { type Category, colourOf } from './colours.ts';

interface Props {
  readonly flame: FlameData;
  /** Index into `flame.threads`; null: all. */
  readonly thread: number | null;
  /** Shares are of this. */
  readonly totalUs: number;
}

/** The graph as a table: for screen readers, for copying, and for who likes figures. */
export function FunctionTable({ flame, thread, totalUs }: Props) {
  const theme = useTheme();
  const number = thread === null ? null : (flame.threads[thread]?.thread ?? null);
  const rows = useMemo(() => functionRows(flame, number), [flame, number]);
  const share = (us: number): string => formatShare(totalUs > 0 ? us / totalUs : null);
  return (
    <details class="behind">
      <summary>Functions as a table</summary>
      <div class="scroll">
        <table class="functions">
          <caption>
            Functions by their own time, {number === null ? 'all threads' : flame.threads[thread ?? 0]?.label}
          </caption>
          <thead>
            <tr>
              <th scope="col">function</th>
              <th scope="col">self</th>
              <th scope="col">share</th>
              <th scope="col">total</th>
              <th scope="col">share</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, place, category, selfUs, totalUs: total }, index) => (
              <tr key={index}>
                <th scope="row">
                  <i
                    class="swatch"
                    style={{ background: colourOf(category as Category, name, theme).fill }}
                  />
                  {name}
                  {place !== null && <small>{place}</small>}
                </th>
                <td>{formatUs(selfUs)}</td>
                <td>{share(selfUs)}</td>
                <td>{formatUs(total)}</td>
                <td>{share(total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
