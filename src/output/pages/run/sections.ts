import { breakdownSection } from '../../charts/breakdown.ts';
import { wallsSection } from '../../charts/wall-dots.ts';
import type { Content } from '../../markup/markup.ts';
import { allWarningsSection, mismatchSection } from '../../markup/notices.ts';
import { repeatSection } from '../../markup/repeat.ts';
import { allocationsSection } from './sections/allocations.ts';
import { capturesSection } from './sections/captures.ts';
import { changesSection } from './sections/changes.ts';
import { clientsSection } from './sections/clients.ts';
import { exportsSection } from './sections/exports.ts';
import { failuresSection } from './sections/failures.ts';
import { faultsSection } from './sections/faults.ts';
import { hotSection } from './sections/hot.ts';
import { latenciesSection } from './sections/latencies.ts';
import { movedSection } from './sections/moved.ts';
import { namesSection } from './sections/names.ts';
import { profilesSection } from './sections/profiles.ts';
import { queueSection } from './sections/queue.ts';
import { summarySection } from './sections/summary.ts';
import { timelinesSection } from './sections/timelines.ts';
import { whySection } from './sections/why.ts';
import { workersSection } from './sections/workers.ts';
import type { ReportView } from './view.ts';

export interface Section {
  readonly id: string;
  /** In the table of contents; the heading may say more. */
  readonly title: string;
  /** The whole `<section>`; null where the run has nothing to show in it. */
  draw(view: ReportView): Content;
  /** Stands in the appendix, which is closed at first. */
  readonly inAppendix?: true;
}

/** The report from top to bottom, after the verdict: what answers the question first, then what explains the answer. */
export const SECTIONS: readonly Section[] = [
  { id: 'why', title: 'Why', draw: whySection },
  { id: 'summary', title: 'Summary', draw: summarySection },
  { id: 'changes', title: 'Changes', draw: changesSection },
  { id: 'mismatches', title: 'Differences', draw: ({ mismatches }) => mismatchSection(mismatches) },
  { id: 'failures', title: 'Failed jobs', draw: failuresSection },
  { id: 'faults', title: 'Injected faults', draw: faultsSection },
  { id: 'breakdown', title: 'Time', draw: breakdownSection },
  { id: 'moved', title: 'Data between threads', draw: movedSection },
  { id: 'queue', title: 'Queue', draw: queueSection },
  { id: 'clients', title: 'Clients', draw: clientsSection },
  { id: 'latencies', title: 'Latencies', draw: latenciesSection },
  { id: 'timelines', title: 'Timelines', draw: timelinesSection },
  { id: 'profiles', title: 'Flamegraphs', draw: profilesSection },
  { id: 'hot', title: 'Hot code', draw: ({ hot }) => hotSection(hot) },
  { id: 'allocations', title: 'Allocations', draw: allocationsSection },
  { id: 'walls', title: 'Rounds', draw: wallsSection, inAppendix: true },
  { id: 'workers', title: 'Cost of a worker', draw: workersSection, inAppendix: true },
  { id: 'names', title: 'By name', draw: namesSection, inAppendix: true },
  { id: 'captures', title: 'Files', draw: capturesSection, inAppendix: true },
  { id: 'exports', title: 'Exports', draw: exportsSection, inAppendix: true },
  { id: 'environment', title: 'Machine', draw: repeatSection, inAppendix: true },
  { id: 'warnings', title: 'Warnings', draw: allWarningsSection, inAppendix: true },
];
