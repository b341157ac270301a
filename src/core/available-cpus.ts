import type { Environment } from './documents/run-record.ts';

type Cpus = Pick<Environment, 'cpus' | 'cpuAffinity' | 'cpuQuota' | 'availableCpus'>;

/** Every second CPU of a large machine makes a list that nobody reads. */
const LONGEST_LIST = 24;

/** How many CPUs the run could use, and why not more: `2 CPUs`, `1 of 2 CPUs (affinity 0)`, `0.6 of 2 CPUs (cgroup limit)`. */
export function availableCpusText({ cpus, cpuAffinity, cpuQuota, availableCpus }: Cpus): string {
  const noun = cpus === 1 ? 'CPU' : 'CPUs';
  if (availableCpus === cpus) return `${cpus} ${noun}`;
  const list = cpuAffinity?.list ?? '';
  const affinity = list.length <= LONGEST_LIST ? `affinity ${list}` : 'affinity';
  const why = cpuQuota?.cpus === availableCpus ? 'cgroup limit' : affinity;
  return `${Number(availableCpus.toFixed(2))} of ${cpus} ${noun} (${why})`;
}

/** CPUs that the run's threads may run on, whatever share of their time it may have. */
export function allowedCpus({ cpus, cpuAffinity }: Pick<Cpus, 'cpus' | 'cpuAffinity'>): number {
  return cpuAffinity?.cpus ?? cpus;
}
