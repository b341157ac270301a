import { BUSY_SHARE } from '../../gate/machine-load.ts';
import { allowedCpus, availableCpusText } from '../../types/available-cpus.ts';
import { comparable } from '../../types/comparable-blocks.ts';
import type { Environment } from '../../types/run-record.ts';
import { othersShare, stealShare } from '../others-cpu.ts';
import { type Check, count, percent, together } from './finding.ts';

/** What the hypervisor takes is gone for all: little of it shows in the walls already. */
const STEAL_SHARE = 0.02;

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
      message: `${found.join(' and ')} of ${whichCpus(record.environment)} during the timed blocks`,
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
      message: `other programs used ${percent(backgroundLoad)} of ${whichCpus(record.environment)} when the run began`,
      advice: 'Stop what else is running and repeat: it takes time from whichever variant is being timed.',
      variant: null,
    },
  ];
};

export const moreThreadsThanCpus: Check = ({ variants, environment }) => {
  const threads = Math.max(...variants.map((variant) => variant.threads));
  // A second thread gains something from half a CPU.
  if (threads <= Math.ceil(environment.availableCpus)) return [];
  return [
    {
      code: 'more-threads-than-cpus',
      message: `${threads} worker threads share ${availableCpusText(environment)}`,
      advice: 'CPU work gains nothing from threads beyond the CPUs; lower --workers.',
      variant: null,
    },
  ];
};

/** A CPU limit that stopped the run within timed blocks. */
export const cpuThrottled: Check = ({ variants, environment }) => {
  const findings = variants.flatMap(({ name, blocks }) => {
    const timed = blocks.filter(comparable).flatMap(({ throttling }) => throttling ?? []);
    const hit = timed.filter(({ ms }) => ms > 0);
    if (hit.length === 0) return [];
    const ms = hit.reduce((sum, each) => sum + each.ms, 0);
    return [
      {
        variant: name,
        text: `${count(Math.max(1, ms))} ms in ${hit.length} of ${timed.length} timed blocks`,
      },
    ];
  });
  const { cpuQuota } = environment;
  const limit = cpuQuota === null ? '' : ` of ${Number(cpuQuota.cpus.toFixed(2))} CPUs`;
  return together(findings, {
    code: 'cpu-throttled',
    message: (found) => `the cgroup limit${limit} throttled the run for ${found}`,
    advice:
      'Walls include this time (the kernel sums it over CPUs). Raise the limit: cpu.max of the control group, docker --cpus, resources.limits.cpu. Or lower --concurrency and --workers.',
  });
};

function whichCpus(environment: Environment): string {
  const allowed = allowedCpus(environment);
  if (allowed === environment.cpus) return 'the machine’s CPU';
  return allowed === 1 ? 'the one CPU this run may use' : `the ${allowed} CPUs this run may use`;
}
