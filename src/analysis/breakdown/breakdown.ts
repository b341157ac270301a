import type { Breakdown } from '../../core/documents/run-record.ts';

/** What is known of one thread within a trial, ms. */
export interface ThreadFigures {
  readonly wallMs: number;
  /** On a CPU, and ready to run but without one; null where the system does not report it. */
  readonly cpu: { readonly cpuMs: number; readonly waitMs: number } | null;
  /** In which the event loop was not waiting for events. */
  readonly activeMs: number;
  /** Pauses for garbage collection. */
  readonly gcMs: number;
  /** What it does: run jobs, run the CPU part of the main thread's, or hand jobs to others. */
  readonly work: 'jobs' | 'computes' | 'hands-out';
  /** CPU in which it wrote and read messages with the jobs' data. */
  readonly movingMs: number;
  /** In the user's functions, without pauses, and its share on a CPU (null: unknown). Null: all computing is the user's. */
  readonly user: { readonly ms: number; readonly cpuShare: number | null } | null;
  /** Waiting of its event loop without a job in flight: while others were still to be started, and after. */
  readonly starvedMs: number;
  readonly doneMs: number;
}

/**
 * Splits a thread's wall into parts that are ≥ 0 and add up to it. The kernel says exactly how much of it the
 * thread was on a CPU (CPU) and how much it wanted to be (cpuWait); for the rest it had nothing to do but wait.
 *
 * - CPU is garbage collection, messages with the jobs' data, the user's code and, last, what is left: the client's, or
 *   in a thread that makes no requests the messaging. A pause is known by the clock only; it counts with the share of its
 *   active time that the thread was on a CPU.
 * - Waiting without a job in flight is messaging as long as there were jobs left that no thread had started, and
 *   idle after that; with one it is waiting. In a thread that makes no requests all of it is idle.
 *
 * Figures of different clocks may contradict each other by a little: each part takes at most what the ones
 * before it have left.
 */
export function breakdownOfThread(figures: ThreadFigures): Breakdown {
  const { wallMs, work, user } = figures;
  const charged = figures.cpu ?? { cpuMs: figures.activeMs, waitMs: 0 };
  const running = new Budget(wallMs);
  const cpuMs = running.take(charged.cpuMs);
  const cpuWait = running.take(charged.waitMs);
  const blocked = new Budget(running.left);

  const cpu = new Budget(cpuMs);
  const onCpu = figures.activeMs > 0 ? Math.min(1, Math.max(0, charged.cpuMs) / figures.activeMs) : 1;
  const gc = cpu.take(figures.gcMs * onCpu);
  const moving = cpu.take(figures.movingMs);
  const userMs = user === null ? cpu.left : user.ms * (user.cpuShare ?? onCpu);
  const userCpu = work === 'hands-out' ? 0 : cpu.take(userMs);
  if (work !== 'jobs') {
    const messaging = moving + cpu.left;
    return { ...NONE, 'user-cpu': userCpu, gc, messaging, cpuWait, idle: blocked.left };
  }
  const messaging = moving + blocked.take(figures.starvedMs);
  const idle = blocked.take(figures.doneMs);
  return {
    waiting: blocked.left,
    'user-cpu': userCpu,
    'client-cpu': cpu.left,
    gc,
    cpuWait,
    messaging,
    idle,
  };
}

const NONE: Breakdown = {
  waiting: 0,
  'user-cpu': 0,
  'client-cpu': 0,
  gc: 0,
  cpuWait: 0,
  messaging: 0,
  idle: 0,
};

class Budget {
  left: number;

  constructor(amount: number) {
    this.left = Math.max(0, amount);
  }

  take(wanted: number): number {
    const taken = Math.min(this.left, Math.max(0, wanted));
    this.left -= taken;
    return taken;
  }
}
