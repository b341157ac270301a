import type { AgentLine } from '../../core/documents/recorder-lines.ts';

export interface WaitLog {
  /** What ended since the last call. */
  take(): readonly AgentLine[];
  stop(): void;
}

export function watchWaits(): WaitLog {
  return { take: () => [], stop: () => undefined };
}
