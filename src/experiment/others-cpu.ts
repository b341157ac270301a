import type { BlockRecord } from '../types/run-record.ts';

/**
 * CPU of the machine within a block that neither its runner nor the embedded server took, ms. The machine's is
 * counted in ticks and theirs is not, so that for a short block it may come out negative: only sums over
 * blocks mean anything. Null where the system does not tell, and with an embedded server that did not.
 */
export function othersCpuMs(
  { machine, cpuUserMs, cpuSystemMs, server }: BlockRecord,
  embedded: boolean,
): number | null {
  if (machine === null || cpuUserMs === null || cpuSystemMs === null) return null;
  if (embedded && server === null) return null;
  return machine.busyMs - cpuUserMs - cpuSystemMs - (server?.cpuMs ?? 0);
}

/** The block with `machine.othersMs`: what other programs took, never negative. */
export function withOthersCpu(block: BlockRecord, embedded: boolean): BlockRecord {
  const others = othersCpuMs(block, embedded);
  if (block.machine === null || others === null) return block;
  return { ...block, machine: { ...block.machine, othersMs: Math.max(0, others) } };
}
