import type { NodeSamples } from './pprof-cpu.ts';
import type { ThreadCalls } from './thread-calls.ts';

/** When a thread was processing a job, µs on the clock of process.hrtime(). */
export interface JobTime {
  readonly job: string;
  readonly fromUs: number;
  readonly toUs: number;
}

type Samples = Pick<ThreadCalls, 'startUs' | 'durationUs' | 'sampleUs' | 'sampleNode'>;

/** Samples grouped by node and job: a sample is of the job being processed when it was taken. @param times ascending */
export function samplesByJob(
  { startUs, durationUs, sampleUs, sampleNode }: Samples,
  times: readonly JobTime[],
): NodeSamples[] {
  const byNode = new Map<number, Map<string | null, { hits: number; self: number }>>();
  let next = 0;
  for (let sample = 0; sample < sampleNode.length; sample++) {
    const at = startUs + sampleUs[sample]!;
    while (next < times.length && times[next]!.toUs <= at) next++;
    const time = times[next];
    const job = time !== undefined && time.fromUs <= at ? time.job : null;
    const node = sampleNode[sample]!;
    const jobs = byNode.get(node) ?? new Map<string | null, { hits: number; self: number }>();
    byNode.set(node, jobs);
    const sum = jobs.get(job) ?? { hits: 0, self: 0 };
    jobs.set(job, sum);
    sum.hits += 1;
    sum.self += (sampleUs[sample + 1] ?? durationUs) - sampleUs[sample]!;
  }
  return [...byNode]
    .sort(([a], [b]) => a - b)
    .flatMap(([node, jobs]) => [...jobs].map(([job, sum]) => ({ node, job, ...sum })));
}
