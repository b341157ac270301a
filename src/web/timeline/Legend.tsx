import type { Timeline } from '../../core/documents/timeline.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from '../../output/pages/run/view/phase-groups.ts';
import { categoryLabel, colourOf, LEGEND } from '../flame/colours.ts';
import { useTheme } from '../use-theme.ts';
import { workName } from './describe.ts';

/** Legend of the colours in use. */
export function Legend({ timeline }: { readonly timeline: Timeline }) {
  const theme = useTheme();
  const { jobs, threads, frames } = timeline;
  const present = new Set<number>();
  for (const phase of jobs.phases.phase) present.add(GROUP_OF_PHASE[phase]!);
  if (jobs.attempts.outcome.length > 0) present.add(PHASE_GROUPS.indexOf('waiting'));
  const failed = [jobs.outcome, jobs.attempts.outcome].some((each) =>
    each.some((outcome) => outcome !== OUTCOME_CODE.ok),
  );
  const categories = LEGEND.filter(
    (each) => each !== 'idle' && frames.some(({ category }) => category === each),
  );
  return (
    <div class="timeline-legend">
      <ul aria-label="Colours of jobs and threads">
        <li>{workName(timeline) === 'job' ? 'Jobs' : 'Requests'} and threads:</li>
        {PHASE_GROUPS.map(
          (group, index) =>
            present.has(index) && (
              <li key={group}>
                <i class={`phase-${group}`} />
                {group}
              </li>
            ),
        )}
        {failed && (
          <li>
            <i class="timeline-failed" />
            failed
          </li>
        )}
        {threads.some(({ gc }) => gc.startUs.length > 0) && (
          <li>
            <i class="timeline-gc" />
            garbage collection
          </li>
        )}
        {threads.some(({ utilization }) => utilization !== null) && (
          <li>
            <i class="timeline-busy" />
            thread busy
          </li>
        )}
        {threads.some(({ delayUs }) => delayUs !== null) && (
          <li>
            <i class="timeline-delay" />
            event-loop lag
          </li>
        )}
      </ul>
      {threads.some(({ cpu }) => cpu !== null) && (
        <ul aria-label="Colours of calls">
          <li>Calls:</li>
          {categories.map((each) => (
            <li key={each}>
              <i style={{ background: colourOf(each, '', theme).fill }} />
              {categoryLabel(each)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
