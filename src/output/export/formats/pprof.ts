import type { Exporter, ProfileSource } from '../exporter.ts';
import { cpuPprof, type NodeSamples } from '../pprof-cpu.ts';
import { type ThreadCalls, threadCalls } from '../thread-calls.ts';

/**
 * Samples of the load. A job's name is no label: in the load nobody looked which jobs ran when, so that no sample is
 * known to be of a job. `pprof-jobs` has one execution in which somebody did.
 */
export const pprof: Exporter<ProfileSource> = {
  name: 'pprof',
  description: 'samples, CPU and wall time, labelled by variant and thread',
  opens: 'go tool pprof, Grafana Pyroscope, Polar Signals, speedscope',
  scope: 'run',
  needs: 'profiles',
  extension: '.pb.gz',
  binary: true,

  async *write(source, part) {
    yield await cpuPprof(source, part, async (name, thread, table) => {
      const calls = threadCalls(await source.profile(name, thread), table);
      return { calls, samples: samplesOf(calls) };
    });
  },
};

function* samplesOf({ self, hits }: ThreadCalls): Generator<NodeSamples> {
  for (let node = 0; node < self.length; node++) {
    yield { node, job: null, hits: hits[node]!, self: self[node]! };
  }
}
