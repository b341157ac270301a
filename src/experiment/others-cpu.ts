import { allowedCpus } from '../types/available-cpus.ts';
import { comparable } from '../types/comparable-blocks.ts';
import type { BlockRecord, RunRecord } from '../types/run-record.ts';

/** The kernel counts in these; a block's own reading is off by about one. */
const TICK_MS = 10;

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

/**
 * At least this share of the CPUs that the run may use others had, over all comparable blocks. Null where it is not
 * known: a server on this machine that is not ours can't be told from other programs.
 */
export function othersShare(record: RunRecord): number | null {
  const { server } = record;
  return server.kind === 'foreign' && isLoopback(server.url) ? null : unaccountedShare(record);
}

/** Share of those CPUs that the run could not have had: other programs, a server of one's own, the hypervisor. */
export function takenShare(record: RunRecord): number {
  return Math.max(0, unaccountedShare(record) ?? 0) + (stealShare(record) ?? 0);
}

function unaccountedShare({ variants, server, environment }: RunRecord): number | null {
  let othersMs = 0;
  let machineMs = 0;
  let blocks = 0;
  for (const block of variants.flatMap((variant) => variant.blocks.filter(comparable))) {
    const others = othersCpuMs(block, server.kind === 'embedded');
    if (others === null) continue;
    othersMs += others;
    machineMs += block.wallMs! * allowedCpus(environment);
    blocks++;
  }
  if (machineMs === 0) return null;
  // The errors of the single readings go either way, and add up like a random walk; more than all there is can't be.
  return Math.min(1, (othersMs - 2 * TICK_MS * Math.sqrt(blocks)) / machineMs);
}

/** What the hypervisor took of those CPUs. */
export function stealShare({ variants, environment }: RunRecord): number | null {
  let stealMs = 0;
  let machineMs = 0;
  for (const { machine, wallMs } of variants.flatMap((variant) => variant.blocks.filter(comparable))) {
    if (machine === null) continue;
    stealMs += machine.stealMs;
    machineMs += wallMs! * allowedCpus(environment);
  }
  return machineMs === 0 ? null : stealMs / machineMs;
}

function isLoopback(url: string | null): boolean {
  if (url === null || !URL.canParse(url)) return false;
  return /^(?:localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
}
