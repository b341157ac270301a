import { comparable } from '../../types/comparable-blocks.ts';
import type { RunRecord } from '../../types/run-record.ts';
import { othersCpuMs } from '../others-cpu.ts';
import { type Check, percent } from './finding.ts';

/** Of all CPUs together: on two of them, one fifth of one. */
const BUSY_SHARE = 0.1;
/** What the hypervisor takes is gone for all: little of it shows in the walls already. */
const STEAL_SHARE = 0.02;
/** The kernel counts in these; a block's own reading is off by about one. */
const TICK_MS = 10;

/** Other programs, or other machines, within the timed blocks. */
export const machineNoisy: Check = (record) => {
  const others = othersShare(record);
  const steal = stealShare(record);
  const found = [
    ...(others !== null && others > BUSY_SHARE ? [`other programs used ${percent(others)}`] : []),
    ...(steal !== null && steal > STEAL_SHARE ? [`the hypervisor took ${percent(steal)}`] : []),
  ];
  if (found.length === 0) return [];
  return [
    {
      code: 'machine-noisy',
      message: `${found.join(' and ')} of the machine’s CPU during the timed blocks`,
      advice:
        'Stop what else is running and repeat, or take a machine of its own: walls are longer and scatter more than they would by themselves. Comparisons within a round suffer less.',
      variant: null,
    },
  ];
};

/** Just before the run. No news where the blocks themselves were disturbed. */
export const machineBusy: Check = (record) => {
  const { backgroundLoad } = record.environment;
  if (backgroundLoad <= BUSY_SHARE || machineNoisy(record).length > 0) return [];
  return [
    {
      code: 'machine-busy',
      message: `other programs used ${percent(backgroundLoad)} of the machine’s CPU when the run began`,
      advice: 'Stop what else is running and repeat: it takes time from whichever variant is being timed.',
      variant: null,
    },
  ];
};

export const moreThreadsThanCpus: Check = ({ variants, environment }) => {
  const threads = Math.max(...variants.map((variant) => variant.threads));
  if (threads <= environment.cpus) return [];
  return [
    {
      code: 'more-threads-than-cpus',
      message: `${threads} worker threads share ${environment.cpus} CPUs`,
      advice: 'CPU work gains nothing from threads beyond the CPUs; lower --workers.',
      variant: null,
    },
  ];
};

/**
 * At least so much of the machine's CPU others had, over all comparable blocks. Null where it is not known:
 * a server on this machine that is not ours can't be told from other programs.
 */
function othersShare({ variants, server, environment }: RunRecord): number | null {
  if (server.kind === 'foreign' && isLoopback(server.url)) return null;
  let othersMs = 0;
  let machineMs = 0;
  let blocks = 0;
  for (const block of variants.flatMap((variant) => variant.blocks.filter(comparable))) {
    const others = othersCpuMs(block, server.kind === 'embedded');
    if (others === null) continue;
    othersMs += others;
    machineMs += block.wallMs! * environment.cpus;
    blocks++;
  }
  if (machineMs === 0) return null;
  // The errors of the single readings go either way, and add up like a random walk; more than all there is can't be.
  return Math.min(1, (othersMs - 2 * TICK_MS * Math.sqrt(blocks)) / machineMs);
}

function stealShare({ variants, environment }: RunRecord): number | null {
  let stealMs = 0;
  let machineMs = 0;
  for (const { machine, wallMs } of variants.flatMap((variant) => variant.blocks.filter(comparable))) {
    if (machine === null) continue;
    stealMs += machine.stealMs;
    machineMs += wallMs! * environment.cpus;
  }
  return machineMs === 0 ? null : stealMs / machineMs;
}

function isLoopback(url: string | null): boolean {
  if (url === null || !URL.canParse(url)) return false;
  return /^(?:localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
}
