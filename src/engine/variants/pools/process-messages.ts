import type { JobTable } from '../../measurement/job-table.ts';
import type { JobTask, PoolWorkerData } from '../pool-worker.ts';
import type { ChannelMessage } from '../thread-channel.ts';
import type { HostData } from '../thread-host.ts';
import type { Reply } from './own-pool.ts';

export interface ProcessStart {
  readonly data: Omit<PoolWorkerData, 'host'> & { readonly host: Omit<HostData, 'shared' | 'pace'> };
  /** Of a rate limit the part that this process may use to open connections; null: no limit. Jobs come when they may start. */
  readonly rehearsalsPerSecond: number | null;
  readonly thread: number;
  /** 0-based, among the workers. */
  readonly place: number;
  readonly plan: Uint32Array;
}

export type Row = readonly [
  position: number,
  start: number,
  end: number,
  bytes: number,
  digest: number,
  status: number,
  outcome: number,
  thread: number,
];

export type FromProcess = ChannelMessage | (Reply & { readonly row: Row }) | { readonly thrown: string };

export function rowOf(table: JobTable, position: number): Row {
  return [
    position,
    table.start[position]!,
    table.end[position]!,
    table.bytes[position]!,
    table.digest[position]!,
    table.status[position]!,
    table.outcome[position]!,
    table.thread[position]!,
  ];
}

/** Of a job that did not start, because the trial was stopped, nothing stays. */
export function putRow(table: JobTable, row: Row): void {
  const [position, start, end, bytes, digest, status, outcome, thread] = row;
  if (table.outcome[position] !== 0) return;
  table.start[position] = start;
  table.end[position] = end;
  table.bytes[position] = bytes;
  table.digest[position] = digest;
  table.status[position] = status;
  table.outcome[position] = outcome;
  table.thread[position] = thread;
}

export function positionOf(task: JobTask): number {
  return typeof task === 'number' ? task : task.position;
}
