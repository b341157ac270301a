import { performance } from 'node:perf_hooks';
import type { ServerSpan } from '../../core/documents/run-record.ts';
import { US_PER_MS } from '../../core/units.ts';
import type { ServerState } from './answer.ts';

/** Totals of the server's process since it started. */
export interface ServerUsage {
  readonly pid: number;
  readonly requests: number;
  /** Connections refused because there was no file descriptor left. */
  readonly connectionsRefused: number;
  readonly uptimeMs: number;
  readonly cpuUserMs: number;
  readonly cpuSystemMs: number;
  /** Share of the time since the start in which the event loop did not wait, 0 to 1. */
  readonly eventLoopUtilization: number;
  readonly eventLoopActiveMs: number;
  readonly eventLoopIdleMs: number;
}

export function readUsage({ requests, refused }: Pick<ServerState, 'requests' | 'refused'>): ServerUsage {
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  return {
    pid: process.pid,
    requests,
    connectionsRefused: refused,
    uptimeMs: performance.now(),
    cpuUserMs: cpu.user / US_PER_MS,
    cpuSystemMs: cpu.system / US_PER_MS,
    eventLoopUtilization: loop.utilization,
    eventLoopActiveMs: loop.active,
    eventLoopIdleMs: loop.idle,
  };
}

/** Difference of two readings of one server; `eventLoopUtilization` is that of the time between them. */
export function usageBetween(before: ServerUsage, after: ServerUsage): ServerUsage {
  const active = after.eventLoopActiveMs - before.eventLoopActiveMs;
  const idle = after.eventLoopIdleMs - before.eventLoopIdleMs;
  return {
    pid: after.pid,
    requests: after.requests - before.requests,
    connectionsRefused: after.connectionsRefused - before.connectionsRefused,
    uptimeMs: after.uptimeMs - before.uptimeMs,
    cpuUserMs: after.cpuUserMs - before.cpuUserMs,
    cpuSystemMs: after.cpuSystemMs - before.cpuSystemMs,
    eventLoopUtilization: active + idle > 0 ? active / (active + idle) : 0,
    eventLoopActiveMs: active,
    eventLoopIdleMs: idle,
  };
}

/** The server's part in a trial, from readings around it. Utilisation is relative to the trial's wall time. */
export function serverSpan(
  before: ServerUsage | null,
  after: ServerUsage | null,
  wallMs: number | null,
): ServerSpan | null {
  if (before === null || after === null || wallMs === null) return null;
  const used = usageBetween(before, after);
  return {
    requests: used.requests,
    cpuMs: used.cpuUserMs + used.cpuSystemMs,
    eventLoopUtilization: wallMs === 0 ? 0 : Math.min(1, used.eventLoopActiveMs / wallMs),
  };
}
