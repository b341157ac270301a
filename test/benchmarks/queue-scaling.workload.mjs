import { defineWorkload } from 'threadmill';

/** Jobs that wait for `--latency`, and that compute for `--cpu`. */
export default ({ latencyMs, cpuMs, cpuIterationsPerMs }) =>
  defineWorkload({
    name: 'queue-scaling',
    jobs: 40,
    run: async ({ position }) => {
      if (latencyMs) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      return crunch(position, Math.round(cpuMs * cpuIterationsPerMs));
    },
  });

/** The steps that `--cpu` is calibrated by. */
function crunch(seed, iterations) {
  let state = seed | 1;
  for (let i = 0; i < iterations; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
