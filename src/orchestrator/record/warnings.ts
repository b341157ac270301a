import type { RecordedProcess } from '../../core/documents/recording.ts';
import type { Warning } from '../../core/documents/run-record.ts';
import { formatPlural } from '../../core/format.ts';

/** @param blind threads that did not load the recorder */
export function recordingWarnings(processes: readonly RecordedProcess[], blind: number): Warning[] {
  const killed = processes.filter(({ ended }) => ended === 'killed');
  const dropped = processes.filter(({ droppedUntilUs }) => droppedUntilUs !== null);
  const found: Omit<Warning, 'variant'>[] = [];
  if (killed.length > 0) {
    found.push({
      code: 'process-killed',
      message: `${namesOf(killed)} ended without an exit handler: up to the last second of it is missing.`,
      advice: 'End it with a signal that it handles, or with process.exit.',
    });
  }
  const skipped = processes.filter((process) => process.skipped !== null);
  if (skipped.length > 0) {
    found.push({
      code: 'process-not-recorded',
      message: `${namesOf(skipped)} could not be recorded: it takes a profile with --cpu-prof, or its Node allows no worker threads.`,
      advice: 'Run it without --cpu-prof and without the permission model.',
    });
  }
  if (dropped.length > 0) {
    found.push({
      code: 'samples-dropped',
      message: `The oldest samples of ${namesOf(dropped)} were dropped to limit the size of the recording.`,
      advice: 'Record a shorter part with --delay and --duration, or sample less often with --interval.',
    });
  }
  if (blind > 0) {
    found.push({
      code: 'threads-partly-recorded',
      message: `${formatPlural(blind, 'thread')} did not load the recorder: lag, GC, memory and waits are missing.`,
      advice: 'Workers with an env or execArgv of their own need NODE_OPTIONS in it.',
    });
  }
  return found.map((each) => ({ ...each, variant: null }));
}

function namesOf(processes: readonly RecordedProcess[]): string {
  const [first] = processes;
  return processes.length === 1 && first !== undefined
    ? `${first.name} (${first.pid})`
    : formatPlural(processes.length, 'process', 'processes');
}
