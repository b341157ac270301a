import { BUSY_SHARE } from '../../gate/machine-load.ts';
import { othersShare, stealShare } from '../others-cpu.ts';
import { type Check, percent } from './finding.ts';

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
