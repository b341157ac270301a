import type { Phase, ProgressEvent, QueueProgress } from '../../core/progress.ts';

export type EventOf<T extends ProgressEvent['type']> = Extract<ProgressEvent, { type: T }>;

export const PHASE_TITLES: Readonly<Record<Phase, string>> = {
  prepare: 'Prepare the workload',
  server: 'Start the embedded server',
  start: 'Start the runners',
  'warm-up': 'Warm up',
  rounds: 'Timed rounds',
  trace: 'Traced pass',
  captures: 'Profiles',
  report: 'Write the report',
  stopping: 'Stop',
};

/** `about 12 s left`; empty where there is nothing to go by. */
export function timeLeft(remainingMs: number | null): string {
  if (remainingMs === null || !Number.isFinite(remainingMs)) return '';
  return `about ${spanText(Math.max(1_000, remainingMs))} left`;
}

/** `under 0.1 s`, `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function spanText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (ms < 50) return 'under 0.1 s';
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export function roundText({ round, rounds }: EventOf<'trial'>): string {
  if (round === 0) return 'warm-up';
  return rounds === null ? `round ${round}` : `round ${round} of ${rounds}`;
}

/** `distributed-queue: 2 workers joined, 120 jobs done, 3 run again` */
export function queueText({ workers, done, reRuns }: QueueProgress): string {
  const joined = `${workers} ${workers === 1 ? 'worker' : 'workers'} joined`;
  return `distributed-queue: ${joined}, ${done} jobs done, ${reRuns} run again`;
}

export function phrase(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}

/** Text from outside may hold what moves a terminal's cursor. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
