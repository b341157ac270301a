import type { Exporter, ProfileSource } from './exporter.ts';
import { chromeTrace } from './formats/chrome-trace.ts';
import { cpuprofile } from './formats/cpuprofile.ts';
import { cpuprofileMerged } from './formats/cpuprofile-merged.ts';
import { csvJobs, csvTrials } from './formats/csv.ts';
import { folded } from './formats/folded.ts';
import { foldedDiff } from './formats/folded-diff.ts';
import { heapprofile } from './formats/heapprofile.ts';
import { otlp } from './formats/otlp.ts';
import { pprof } from './formats/pprof.ts';
import { pprofHeap } from './formats/pprof-heap.ts';
import { pprofJobs } from './formats/pprof-jobs.ts';
import { speedscope } from './formats/speedscope.ts';

/** Every format, in the order in which help and docs/captures-and-exports.md list them. */
export const EXPORTERS: readonly Exporter[] = [
  cpuprofile,
  cpuprofileMerged,
  heapprofile,
  speedscope,
  chromeTrace,
  pprof,
  pprofJobs,
  pprofHeap,
  folded,
  foldedDiff,
  otlp,
  csvTrials,
  csvJobs,
];

/** Formats for recordings. */
export const RECORDING_EXPORTERS: readonly Exporter<ProfileSource>[] = [
  cpuprofile,
  cpuprofileMerged,
  speedscope,
  chromeTrace,
  pprof,
  folded,
];
