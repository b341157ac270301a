import { cleanText } from '../../../core/clean-text.ts';
import type { ClientRecord } from '../../../core/documents/fairness.ts';
import type { Estimate, RunRecord } from '../../../core/documents/run-record.ts';
import {
  formatBytes,
  formatCount,
  formatMs,
  formatMsRange,
  formatNumber,
  NONE,
} from '../../../core/format.ts';
import { DIFFERENCE_NAMES } from '../../../core/labels.ts';

/** An HTTP client of a run that compares them. */
export interface ClientRow
  extends Omit<ClientRecord, 'addedHeaders' | 'jobsPerSecond' | 'cpuMsPerJob' | 'latencyMs'> {
  /** Medians and their intervals: `1,204 (1,180–1,233)`. */
  readonly jobsPerSecond: string;
  readonly cpuPerJob: string;
  readonly latency: string;
  /** Null: none. */
  readonly addedHeaders: string | null;
  /** What makes its times incomparable with the first; null: nothing. */
  readonly matters: string | null;
}

type Column = readonly [head: string, cell: (row: ClientRow) => string];

/** What a client costs, and in what clients differ: in the report and in the terminal. */
export const CLIENT_COSTS: readonly Column[] = [
  ['jobs/s', (row) => row.jobsPerSecond],
  ['CPU/job', (row) => row.cpuPerJob],
  ['median latency', (row) => row.latency],
];
export const CLIENT_DIFFERENCES: readonly Column[] = [
  ['connections', (row) => formatCount(row.connections)],
  ['opened', (row) => formatCount(row.connectionsOpened)],
  ['bytes/job', (row) => formatBytes(row.bytesPerJob)],
  ['decompresses', (row) => (row.decompresses ? 'always' : 'never')],
  ['phases', (row) => (row.tellsPhases ? 'known' : 'not known')],
];

export const CLIENTS_NOTE =
  'All send the same requests over as many connections, without retries, redirects and time limits of their own. Bytes are of the bodies as they reach the workload. In brackets: 95% intervals of the medians, or all rounds if they are fewer than 6.';

function msText(ms: Estimate | null): string {
  return ms === null ? NONE : `${formatMs(ms.estimate)} (${formatMsRange(ms.low, ms.high)})`;
}

export function clientRows({ fairness }: RunRecord): ClientRow[] {
  const { clients, differences } = fairness ?? { clients: [], differences: [] };
  return clients.map((row) => {
    const own = differences.filter(({ variant, matters }) => matters && variant === row.variant);
    const { jobsPerSecond, cpuMsPerJob, latencyMs, ...rest } = row;
    return {
      ...rest,
      jobsPerSecond:
        jobsPerSecond === null
          ? NONE
          : `${formatNumber(jobsPerSecond.estimate)} (${formatNumber(jobsPerSecond.low)}–${formatNumber(jobsPerSecond.high)})`,
      cpuPerJob: msText(cpuMsPerJob),
      latency: msText(latencyMs),
      version: cleanText(row.version),
      addedHeaders: row.addedHeaders.length === 0 ? null : cleanText(row.addedHeaders.join(', ')),
      matters: own.length === 0 ? null : own.map(({ what }) => DIFFERENCE_NAMES[what]).join(', '),
    };
  });
}
