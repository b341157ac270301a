import { defineWorkload } from 'threadmill';
import { referenceLoop } from '../../src/workload/calibrate.ts';

/** Jobs that wait for `--latency`, and that compute for `--cpu`. */
export default ({ latencyMs, cpuMs, cpuIterationsPerMs }) =>
  defineWorkload({
    name: 'queue-scaling',
    jobs: 40,
    run: async ({ position }) => {
      if (latencyMs) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      return referenceLoop(position, Math.round(cpuMs * cpuIterationsPerMs));
    },
  });
