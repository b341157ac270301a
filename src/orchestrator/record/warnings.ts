import type { RecordedProcess } from '../../core/documents/recording.ts';
import type { Warning } from '../../core/documents/run-record.ts';
import { formatPlural } from '../../core/format.ts';
import { type WarningKind, warningOf } from '../../core/warnings.ts';

const SKIPPED = {
  'cpu-prof': 'it takes a profile with --cpu-prof',
  'test-runner': 'Node has no inspector in the parent process of node --test',
  refused: 'its Node allows no worker threads',
} as const;

/** @param blind threads that did not load the recorder @param unsampled threads that take a profile of their own */
export function recordingWarnings(
  processes: readonly RecordedProcess[],
  { blind, unsampled }: { readonly blind: number; readonly unsampled: number },
): Warning[] {
  const killed = processes.filter(({ ended }) => ended === 'killed');
  const skipped = processes.filter((process) => process.skipped !== null);
  const reasons = new Set(skipped.map((process) => SKIPPED[process.skipped!]));
  const dropped = processes.filter(({ droppedUntilUs }) => droppedUntilUs !== null);
  const found: (WarningKind & { readonly count: number; readonly message: string })[] = [
    {
      code: 'process-killed',
      count: killed.length,
      message: `${namesOf(killed)} ended without an exit handler: up to the last second is missing.`,
    },
    {
      code: 'process-not-recorded',
      count: skipped.length,
      message: `${namesOf(skipped)} could not be recorded: ${[...reasons].join(', or ')}.`,
    },
    {
      code: 'samples-dropped',
      count: dropped.length,
      message: `The oldest samples of ${namesOf(dropped)} were dropped to limit the size of the recording.`,
    },
    {
      code: 'threads-not-sampled',
      count: unsampled,
      message: `${formatPlural(unsampled, 'worker')} started with --cpu-prof: Node's profile is written, and ours has no samples of ${unsampled === 1 ? 'it' : 'them'}.`,
    },
    {
      code: 'threads-partly-recorded',
      count: blind,
      message: `${formatPlural(blind, 'thread')} did not load the recorder: lag, GC, memory and waits are missing.`,
    },
  ];
  return found
    .filter(({ count }) => count > 0)
    .map(({ count, ...each }) => warningOf({ ...each, variant: null }));
}

function namesOf(processes: readonly RecordedProcess[]): string {
  const [first] = processes;
  return processes.length === 1 && first !== undefined
    ? `${first.name} (${first.pid})`
    : formatPlural(processes.length, 'process', 'processes');
}
