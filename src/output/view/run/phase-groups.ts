import { PHASES, type PhaseName } from '../../../core/documents/breakdown.ts';

/** Activities of a job, in order of time: one may combine several phases of a request. */
export const PHASE_GROUPS = ['queued', 'connecting', 'waiting', 'downloading', 'processing'] as const;
type PhaseGroup = (typeof PHASE_GROUPS)[number];

const GROUPS: Readonly<Record<PhaseName, PhaseGroup>> = {
  queue: 'queued',
  dns: 'connecting',
  tcp: 'connecting',
  tls: 'connecting',
  send: 'waiting',
  wait: 'waiting',
  download: 'downloading',
  process: 'processing',
};

/** Index into PHASE_GROUPS, for each index into PHASES. */
export const GROUP_OF_PHASE: readonly number[] = PHASES.map((phase) => PHASE_GROUPS.indexOf(GROUPS[phase]));

export const PROCESS_PHASE = PHASES.indexOf('process');
