import { readFileSync } from 'node:fs';
import { US_PER_MS } from '../types/units.ts';

/** What the whole machine has done since it started, all CPUs together. */
export interface MachineUsage {
  /** In use by any program or the kernel, ms. */
  readonly busyMs: number;
  /** Ready to run, but the hypervisor gave the CPU to another machine, ms. */
  readonly stealMs: number;
  /** Wall time in which some program waited for a CPU, ms; null where the kernel keeps no such record. */
  readonly pressureMs: number | null;
}

/** /proc/stat counts in these: USER_HZ is 100 on every architecture that Node runs on. */
const MS_PER_TICK = 10;

/** Null where the system does not tell (anything but Linux). */
export function readMachineUsage(): MachineUsage | null {
  try {
    return parseMachineUsage(readFileSync('/proc/stat', 'latin1'), readPressure());
  } catch {
    return null;
  }
}

/** See proc(5) for /proc/stat and the kernel's Documentation/accounting/psi.rst for /proc/pressure/cpu. */
export function parseMachineUsage(stat: string, pressure: string | null): MachineUsage | null {
  const fields = /^cpu +(.+)$/m.exec(stat)?.[1]?.split(' ').map(Number);
  if (fields === undefined || fields.length < 8 || fields.some((value) => !Number.isFinite(value)))
    return null;
  const [user, nice, system, , , irq, softIrq, steal] = fields as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const total = pressure === null ? undefined : /^some .*total=(\d+)/m.exec(pressure)?.[1];
  return {
    busyMs: (user + nice + system + irq + softIrq) * MS_PER_TICK,
    stealMs: steal * MS_PER_TICK,
    pressureMs: total === undefined ? null : Number(total) / US_PER_MS,
  };
}

function readPressure(): string | null {
  try {
    return readFileSync('/proc/pressure/cpu', 'latin1');
  } catch {
    return null;
  }
}
