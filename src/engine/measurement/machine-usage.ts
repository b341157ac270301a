import { readFileSync } from 'node:fs';
import { US_PER_MS } from '../../core/units.ts';
import type { CpuAllowance } from './cpu-allowance.ts';

/** What the CPUs available to this process have done since the machine started, summed up. */
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

/** Null where the system does not report it (anything but Linux). */
export function createMachineUsageReader(ids: CpuAllowance['ids']): () => MachineUsage | null {
  if (ids === null) return () => null;
  return () => {
    try {
      return parseMachineUsage(readFileSync('/proc/stat', 'latin1'), ids, readPressure());
    } catch {
      return null;
    }
  };
}

/** See proc(5) and the kernel's accounting/psi.rst for /proc/pressure/cpu. `ids`: the CPUs to count. */
export function parseMachineUsage(
  stat: string,
  ids: readonly number[],
  pressure: string | null,
): MachineUsage | null {
  const lines = [...stat.matchAll(/^cpu(\d+) (.+)$/gm)].filter(([, id]) => ids.includes(Number(id)));
  if (lines.length !== ids.length) return null;
  let [busy, steal] = [0, 0];
  for (const [, , line] of lines) {
    const fields = line!.trim().split(' ').map(Number);
    if (fields.length < 8 || fields.some((value) => !Number.isFinite(value))) return null;
    const [user, nice, system, , , irq, softIrq, stolen] = fields as [
      ...[number, number, number, number],
      ...[number, number, number, number],
    ];
    busy += user + nice + system + irq + softIrq;
    steal += stolen;
  }
  const total = pressure === null ? undefined : /^some .*total=(\d+)/m.exec(pressure)?.[1];
  return {
    busyMs: busy * MS_PER_TICK,
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
