import { performance } from 'node:perf_hooks';
import { US_PER_MS } from '../../core/units.ts';
import type { ServerState } from './answer.ts';

/** What the server's process has used since it started; two readings can be subtracted. */
export interface ServerUsage {
  readonly pid: number;
  readonly requests: number;
  /** Connections refused because there was no file descriptor left. */
  readonly connectionsRefused: number;
  readonly uptimeMs: number;
  readonly cpuUserMs: number;
  readonly cpuSystemMs: number;
  /** Share of the time between start and now in which the event loop did not wait, 0 to 1. */
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

/** What was used between two readings of the same server, `eventLoopUtilization` of that span included. */
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
