import { groupBy } from '../../../core/group-by.ts';
import { NS_PER_US } from '../../../core/units.ts';
import type { Exporter } from '../exporter.ts';
import { type JobTime, samplesByJob } from '../job-samples.ts';
import { jobSpans } from '../job-spans.ts';
import { cpuPprof } from '../pprof-cpu.ts';
import type { RunSource } from '../run-source.ts';
import { threadCalls } from '../thread-calls.ts';

/**
 * As `pprof`, of the repetition of the plan that was profiled and traced in one: there it is known which job a thread
 * was processing when a sample was taken, and the sample has its name as a label. The others (the client, messages,
 * idle) are of no job: many are in flight then.
 */
export const pprofJobs: Exporter = {
  name: 'pprof-jobs',
  description: 'samples of one run of all jobs, also labelled by job',
  opens: 'go tool pprof, Grafana Pyroscope, Polar Signals, speedscope',
  scope: 'run',
  needs: 'profiled',
  extension: '.jobs.pb.gz',
  binary: true,

  async *write(source, part) {
    let known: { readonly variant: string; readonly times: ThreadTimes } | null = null;
    yield await cpuPprof(source, part, async (variant, thread, table) => {
      if (known?.variant !== variant) known = { variant, times: await processingOf(source, variant) };
      const calls = threadCalls(await source.profile(variant, thread, 'timeline'), table);
      return { calls, samples: samplesByJob(calls, known.times.get(thread) ?? []) };
    });
  },
};

/** By thread: when it was processing a job, ascending. */
type ThreadTimes = ReadonlyMap<number, readonly JobTime[]>;

async function processingOf(source: RunSource, variant: string): Promise<ThreadTimes> {
  const trial = await source.trial(variant, 'profiled');
  if (trial === null) return new Map();
  const times: (JobTime & { readonly thread: number })[] = [];
  for (const { name, processedBy: thread, phases } of jobSpans(source, trial)) {
    for (const phase of phases) {
      if (phase.name !== 'process') continue;
      times.push({ thread, job: name, fromUs: phase.startNs / NS_PER_US, toUs: phase.endNs / NS_PER_US });
    }
  }
  times.sort((a, b) => a.fromUs - b.fromUs);
  return groupBy(times, ({ thread }) => thread);
}
