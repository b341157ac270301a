import { useState } from 'preact/hooks';
import type { Timeline } from '../../core/documents/timeline.ts';
import { formatCount, formatPlural, formatUs } from '../../core/format.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from '../../output/view/run/phase-groups.ts';
import { jobFacts, workName } from './describe.ts';
import { endOf } from './lanes.ts';
import type { TimelineModel } from './model.ts';
import type { Range } from './range.ts';
import type { Selection } from './selection.ts';

const MAX_ROWS = 200;

interface Props {
  readonly model: TimelineModel;
  readonly range: Range;
  readonly onSelect: (selection: Selection) => void;
}

/** The jobs in view as a table; made when it is opened. */
export function JobsTable({ model, range, onSelect }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <details class="behind" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>The {workName(model.timeline)}s in view as a table</summary>
      {open && <Rows model={model} range={range} onSelect={onSelect} />}
    </details>
  );
}

function Rows({ model, range, onSelect }: Props) {
  const { timeline } = model;
  const { rows, count } = jobsInView(timeline, range, MAX_ROWS);
  const name = workName(timeline);
  return (
    <>
      <p class="footnote">
        {count > rows.length
          ? `The first ${formatCount(rows.length)} of ${formatPlural(count, name)} in view, by start time; zoom in for the others.`
          : `${formatPlural(count, name)}, by start time.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <div class="scroll" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{name}</th>
              <th scope="col">outcome</th>
              <th scope="col">thread</th>
              <th scope="col">start</th>
              <th scope="col">took</th>
              {PHASE_GROUPS.map((group) => (
                <th scope="col" key={group}>
                  {group}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const facts = jobFacts(timeline, row);
              return (
                <tr key={row}>
                  <th scope="row">
                    <button type="button" class="link" onClick={() => onSelect({ kind: 'job', row })}>
                      {facts.title.replace(/^(?:Job|Request) /, '')}
                    </button>
                  </th>
                  <td class={facts.isOk ? '' : 'bad'}>{facts.outcome}</td>
                  <td>{facts.thread}</td>
                  <td>{formatUs(facts.startUs)}</td>
                  <td>{formatUs(facts.tookUs)}</td>
                  {groupTimes(timeline, row).map((us, group) => (
                    <td key={PHASE_GROUPS[group]}>{us === 0 ? '' : formatUs(us)}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Rows of the first jobs that overlap the range, and the number of all of them. */
function jobsInView(
  { jobs, wallUs }: Timeline,
  { fromUs, toUs }: Range,
  most: number,
): { readonly rows: number[]; readonly count: number } {
  const rows: number[] = [];
  let count = 0;
  for (let row = 0; row < jobs.rows && jobs.startUs[row]! <= toUs; row += 1) {
    if (endOf(jobs, row, wallUs) < fromUs) continue;
    count += 1;
    if (rows.length < most) rows.push(row);
  }
  return { rows, count };
}

/** µs in each group of phases. */
function groupTimes({ jobs: { phases } }: Timeline, row: number): number[] {
  const times = PHASE_GROUPS.map(() => 0);
  for (let p = phases.first[row]!; p < phases.first[row + 1]!; p += 1) {
    times[GROUP_OF_PHASE[phases.phase[p]!]!]! += phases.endUs[p]! - phases.startUs[p]!;
  }
  return times;
}
