import type { ComponentChildren } from 'preact';
import { formatCount, formatPlural, formatUs } from '../../core/format.ts';
import { CATEGORY_NAMES } from '../../core/labels.ts';
import { placeOf } from '../../output/view/run/functions.ts';
import {
  type JobAttempt,
  type JobPhase,
  jobFacts,
  samplesSentence,
  servedText,
  workName,
} from './describe.ts';
import { jobName, type TimelineModel } from './model.ts';
import type { FunctionUse, JobSamples } from './samples.ts';
import type { Selection } from './selection.ts';

const MAX_FUNCTIONS = 8;
const MAX_JOBS = 24;

interface Props {
  readonly model: TimelineModel;
  readonly selection: Selection | null;
  readonly samples: JobSamples | null;
  readonly use: FunctionUse | null;
  readonly onSelect: (selection: Selection | null) => void;
  readonly onZoom: (row: number) => void;
}

export function Panel(props: Props) {
  const { selection, samples, use } = props;
  return (
    <div class="timeline-panel" aria-live="polite">
      {selection === null && (
        <p class="quiet">
          {workName(props.model.timeline) === 'job'
            ? 'Select a job to see its phases and the samples taken while it was processed; select a function to see the jobs that it served.'
            : 'Select a request to see how long it took; select a function to see its samples.'}
        </p>
      )}
      {selection?.kind === 'job' && samples !== null && (
        <JobPanel {...props} row={selection.row} samples={samples} />
      )}
      {selection?.kind === 'function' && use !== null && (
        <FunctionPanel {...props} frame={selection.frame} use={use} />
      )}
    </div>
  );
}

function JobPanel({
  model,
  row,
  samples,
  onSelect,
  onZoom,
}: Props & { readonly row: number; readonly samples: JobSamples }) {
  const { timeline } = model;
  const facts = jobFacts(timeline, row);
  return (
    <>
      <PanelHead title={facts.title} onClear={() => onSelect(null)}>
        <button type="button" onClick={() => onZoom(row)}>
          Zoom in on it
        </button>
      </PanelHead>
      <p>
        <span class={facts.isOk ? '' : 'bad'}>{facts.outcome}</span> on {facts.thread}, from{' '}
        {formatUs(facts.startUs)} on for <b>{formatUs(facts.tookUs)}</b>
        {facts.bytes === null ? null : `, ${facts.bytes}`}
      </p>
      <div class="timeline-columns">
        <div>
          {facts.attempts.length > 0 && <Times title="Its requests" times={facts.attempts} />}
          {facts.phases.length > 0 && <Times title="Its phases" times={facts.phases} />}
          {facts.attempts.length + facts.phases.length === 0 && <p class="quiet">No phases were recorded.</p>}
        </div>
        <div>
          <h4>What ran while it was processed</h4>
          <p class="quiet">{samplesSentence(samples)}</p>
          {samples.functions.length > 0 && (
            <FunctionList model={model} samples={samples} onSelect={onSelect} />
          )}
        </div>
      </div>
    </>
  );
}

function Times({
  title,
  times,
}: {
  readonly title: string;
  readonly times: readonly (JobPhase & Partial<JobAttempt>)[];
}) {
  return (
    <>
      <h4>{title}</h4>
      <table>
        <tbody>
          {times.map(({ name, us, isBad }, index) => (
            <tr key={index}>
              <th scope="row" class={isBad === true ? 'bad' : ''}>
                {name}
              </th>
              <td>{formatUs(us)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function FunctionList({
  model,
  samples,
  onSelect,
}: Pick<Props, 'model' | 'onSelect'> & { readonly samples: JobSamples }) {
  const shown = samples.functions.slice(0, MAX_FUNCTIONS);
  const left = samples.functions.length - shown.length;
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">function</th>
            <th scope="col">self samples</th>
            <th scope="col">total</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ frame, self, total }) => (
            <tr key={frame}>
              <th scope="row">
                <button type="button" class="link" onClick={() => onSelect({ kind: 'function', frame })}>
                  {model.timeline.frames[frame]?.name}
                </button>
              </th>
              <td>{formatCount(self)}</td>
              <td>{formatCount(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p class="quiet">and {formatPlural(left, 'function')} more</p>}
    </>
  );
}

function FunctionPanel({
  model,
  frame: index,
  use,
  onSelect,
}: Props & { readonly frame: number; readonly use: FunctionUse }) {
  const { timeline } = model;
  const frame = timeline.frames[index];
  if (frame === undefined) return null;
  const shown = use.jobs.slice(0, MAX_JOBS);
  const served = servedText(timeline, use);
  return (
    <>
      <PanelHead title={frame.name} onClear={() => onSelect(null)} />
      <p>
        {placeOf(frame) ?? CATEGORY_NAMES[frame.category]} · about <b>{formatUs(use.us)}</b> on all threads,
        with what it called ({formatPlural(use.samples, 'sample')})
      </p>
      {served?.heading != null && <h4>{served.heading}</h4>}
      {served !== null && <p class="quiet">{served.sentence}</p>}
      {shown.length > 0 && (
        <ul class="timeline-jobs">
          {shown.map(({ row, samples }) => (
            <li key={row}>
              <button type="button" class="link" onClick={() => onSelect({ kind: 'job', row })}>
                {timeline.jobs.position[row]} {jobName(timeline, row)}
              </button>{' '}
              <small>{formatPlural(samples, 'sample')}</small>
            </li>
          ))}
          {use.jobs.length > shown.length && (
            <li class="quiet">and {formatCount(use.jobs.length - shown.length)} more</li>
          )}
        </ul>
      )}
    </>
  );
}

function PanelHead({
  title,
  onClear,
  children,
}: {
  readonly title: string;
  readonly onClear: () => void;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="timeline-head">
      <h4>{title}</h4>
      {children}
      <button type="button" onClick={onClear}>
        Clear
      </button>
    </div>
  );
}
