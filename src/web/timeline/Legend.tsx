import type { Timeline } from '../../core/documents/timeline.ts';
import { CATEGORY_NAMES } from '../../core/labels.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from '../../output/view/run/phase-groups.ts';
import { colourOf, LEGEND } from '../flame/colours.ts';
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
  const colours: readonly (readonly [name: string, text: string, isUsed: boolean])[] = [
    ...PHASE_GROUPS.map((group, index) => [`phase-${group}`, group, present.has(index)] as const),
    ['phase-unknown', workName(timeline), present.size === 0 && jobs.rows > 0],
    ['timeline-failed', 'failed', failed],
    ['timeline-gc', 'garbage collection', threads.some(({ gc }) => gc.startUs.length > 0)],
    ['timeline-busy', 'thread busy', threads.some(({ utilization }) => utilization !== null)],
    ['timeline-delay', 'event-loop lag', threads.some(({ delayUs }) => delayUs !== null)],
  ];
  return (
    <div class="timeline-legend">
      <ul aria-label="Colours of jobs and threads">
        <li>{workName(timeline) === 'job' ? 'Jobs' : 'Requests'} and threads:</li>
        {colours.map(
          ([name, text, isUsed]) =>
            isUsed && (
              <li key={name}>
                <i class={name} />
                {text}
              </li>
            ),
        )}
      </ul>
      {threads.some(({ cpu }) => cpu !== null) && (
        <ul aria-label="Colours of calls">
          <li>Calls:</li>
          {categories.map((each) => (
            <li key={each}>
              <i style={{ background: colourOf(each, '', theme).fill }} />
              {CATEGORY_NAMES[each]}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
