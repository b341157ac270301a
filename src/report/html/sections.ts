import type { ReportView } from '../view-model.ts';
import { accountSection } from './account.ts';
import { allocationsSection } from './allocations.ts';
import { capturesSection } from './captures.ts';
import { changesSection } from './changes.ts';
import { exportsSection } from './exports.ts';
import { failuresSection } from './failures.ts';
import { hotSection } from './hot.ts';
import { latenciesSection } from './latencies.ts';
import type { Content } from './markup.ts';
import { namesSection } from './names.ts';
import { allWarningsSection, mismatchSection } from './notices.ts';
import { profilesSection } from './profiles.ts';
import { repeatSection } from './repeat.ts';
import { summarySection } from './summary.ts';
import { timelinesSection } from './timelines.ts';
import { wallsSection } from './walls.ts';

export interface Section {
  /** Of its element, and of links to it. */
  readonly id: string;
  /** In the table of contents; the heading may say more. */
  readonly title: string;
  /** The whole `<section>`; null where the run has nothing to show in it. */
  draw(view: ReportView): Content;
}

/** The report from top to bottom, after the verdict: what answers the question first, then what explains the answer. */
export const SECTIONS: readonly Section[] = [
  { id: 'summary', title: 'Summary', draw: summarySection },
  { id: 'changes', title: 'Changes', draw: changesSection },
  { id: 'mismatches', title: 'Differences', draw: ({ mismatches }) => mismatchSection(mismatches) },
  { id: 'failures', title: 'Failed jobs', draw: failuresSection },
  { id: 'account', title: 'Wall', draw: accountSection },
  { id: 'walls', title: 'Rounds', draw: wallsSection },
  { id: 'latencies', title: 'Latencies', draw: latenciesSection },
  { id: 'names', title: 'By name', draw: namesSection },
  { id: 'timelines', title: 'Timelines', draw: ({ timelines }) => timelinesSection(timelines) },
  { id: 'profiles', title: 'Flamegraphs', draw: profilesSection },
  { id: 'hot', title: 'Hot code', draw: ({ hot }) => hotSection(hot) },
  { id: 'allocations', title: 'Allocations', draw: allocationsSection },
  { id: 'captures', title: 'Files', draw: capturesSection },
  { id: 'exports', title: 'Exports', draw: exportsSection },
  { id: 'environment', title: 'Machine', draw: repeatSection },
  { id: 'warnings', title: 'Warnings', draw: allWarningsSection },
];
