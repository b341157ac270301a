import type { AgentLine } from './lines.ts';

export interface WaitLog {
  /** What ended since the last call. */
  take(): readonly AgentLine[];
  stop(): void;
}

export function watchWaits(): WaitLog {
  return { take: () => [], stop: () => undefined };
}
