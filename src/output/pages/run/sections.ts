import { breakdownSection } from '../../charts/breakdown.ts';
import { wallsHeading, wallsSection } from '../../charts/wall-dots.ts';
import type { Content } from '../../markup/markup.ts';
import { allWarningsSection, mismatchSection } from '../../markup/notices.ts';
import { repeatSection } from '../../markup/repeat.ts';
import { verdictLines } from '../../markup/verdict.ts';
import { changesHeading, changesSection } from '../../sections/changes.ts';
import { hotSection } from '../../sections/hot.ts';
import { profilesSection } from '../../sections/profiles.ts';
import type { ReportView } from '../../view/run/model.ts';
import { allocationsSection } from './sections/allocations.ts';
import { capturesSection } from './sections/captures.ts';
import { clientsSection } from './sections/clients.ts';
import { exportsSection } from './sections/exports.ts';
import { failuresSection } from './sections/failures.ts';
import { faultsSection } from './sections/faults.ts';
import { latenciesSection } from './sections/latencies.ts';
import { movedSection } from './sections/moved.ts';
import { namesSection } from './sections/names.ts';
import { queueSection } from './sections/queue.ts';
import { summarySection } from './sections/summary.ts';
import { timelinesSection } from './sections/timelines.ts';
import { workersSection } from './sections/workers.ts';

export interface Section {
  readonly id: string;
  /** In the table of contents, and the heading unless that says more. */
  readonly title: string;
  readonly heading?: string | ((view: ReportView) => string);
  /** What stands below the heading and the section's warnings; null where the run has nothing to show in it. */
  draw(view: ReportView): Content;
  /** Stands in the appendix, which is closed at first. */
  readonly inAppendix?: true;
}

/** The report from top to bottom, after the verdict: what answers the question first, then what explains the answer. */
export const SECTIONS: readonly Section[] = [
  { id: 'why', title: 'Why', draw: ({ verdict }) => verdictLines(verdict) },
  { id: 'summary', title: 'Summary', draw: summarySection },
  { id: 'changes', title: 'Changes', heading: changesHeading, draw: changesSection },
  { id: 'mismatches', title: 'Differences', heading: 'Responses that differ', draw: mismatchSection },
  { id: 'failures', title: 'Failed jobs', draw: failuresSection },
  { id: 'faults', title: 'Injected faults', draw: faultsSection },
  { id: 'breakdown', title: 'Time', heading: 'Where the time goes', draw: breakdownSection },
  { id: 'moved', title: 'Data between threads', draw: movedSection },
  { id: 'queue', title: 'Queue', draw: queueSection },
  { id: 'clients', title: 'Clients', heading: 'What each client costs', draw: clientsSection },
  { id: 'latencies', title: 'Latencies', draw: latenciesSection },
  { id: 'timelines', title: 'Timelines', draw: timelinesSection },
  { id: 'profiles', title: 'Flamegraphs', draw: profilesSection },
  { id: 'hot', title: 'Hot code', heading: 'Hot functions and lines', draw: ({ hot }) => hotSection(hot) },
  { id: 'allocations', title: 'Allocations', draw: allocationsSection },
  { id: 'walls', title: 'Rounds', heading: wallsHeading, draw: wallsSection, inAppendix: true },
  { id: 'workers', title: 'Cost of a worker', draw: workersSection, inAppendix: true },
  { id: 'names', title: 'By name', draw: namesSection, inAppendix: true },
  {
    id: 'captures',
    title: 'Files',
    heading: 'Captures and their files',
    draw: capturesSection,
    inAppendix: true,
  },
  {
    id: 'exports',
    title: 'Exports',
    heading: 'Export to other programs',
    draw: exportsSection,
    inAppendix: true,
  },
  {
    id: 'environment',
    title: 'Machine',
    heading: 'Machine and options',
    draw: repeatSection,
    inAppendix: true,
  },
  { id: 'warnings', title: 'Warnings', heading: 'All warnings', draw: allWarningsSection, inAppendix: true },
];
