/** What is known of a format without writing it: for help, and for the report's page. */
export interface ExportFormat {
  /** As typed: `--format <name>`. */
  readonly name: string;
  readonly description: string;
  /** Programs that read it. */
  readonly opens: string;
  /** What goes into one file: everything asked for, one variant, one thread, or two variants side by side. */
  readonly scope: 'run' | 'variant' | 'thread' | 'pair';
  /**
   * What it can't do without: CPU profiles, a trial that was `profiled` and traced in one, allocations, timed trials,
   * their jobs; `either`: what there is of CPU profiles and jobs.
   */
  readonly needs: 'profiles' | 'profiled' | 'allocations' | 'trials' | 'jobs' | 'either';
}

const SPREADSHEETS = 'spreadsheets, R, pandas, DuckDB';

/** In the order in which help, docs/captures-and-exports.md and the report list them. */
export const EXPORT_FORMATS = {
  cpuprofile: {
    name: 'cpuprofile',
    description: 'CPU profile of each thread, as V8 writes it',
    opens: 'Chrome DevTools, VS Code, speedscope, Firefox Profiler, 0x',
    scope: 'thread',
    needs: 'profiles',
  },
  cpuprofileMerged: {
    name: 'cpuprofile-merged',
    description: 'all threads of a variant in one tree, busy time only',
    opens: 'Chrome DevTools, VS Code, speedscope, 0x',
    scope: 'variant',
    needs: 'profiles',
  },
  heapprofile: {
    name: 'heapprofile',
    description: 'allocations of each thread, as V8 writes them',
    opens: 'Chrome DevTools, VS Code, speedscope',
    scope: 'thread',
    needs: 'allocations',
  },
  speedscope: {
    name: 'speedscope',
    description: 'each thread as a flame chart, all threads as a flame graph',
    opens: 'speedscope',
    scope: 'run',
    needs: 'profiles',
  },
  chromeTrace: {
    name: 'chrome-trace',
    description: 'samples of each thread, jobs, and jobs in flight over time',
    opens: 'Perfetto, Chrome DevTools, Firefox Profiler, speedscope',
    scope: 'run',
    needs: 'either',
  },
  pprof: {
    name: 'pprof',
    description: 'samples, CPU and wall time, labelled by variant and thread',
    opens: 'go tool pprof, Grafana Pyroscope, Polar Signals, speedscope',
    scope: 'run',
    needs: 'profiles',
  },
  pprofJobs: {
    name: 'pprof-jobs',
    description: 'samples of one execution of the plan, labelled by job as well',
    opens: 'go tool pprof, Grafana Pyroscope, Polar Signals, speedscope',
    scope: 'run',
    needs: 'profiled',
  },
  pprofHeap: {
    name: 'pprof-heap',
    description: 'bytes allocated, labelled by variant and thread',
    opens: 'go tool pprof, Grafana Pyroscope, Polar Signals, speedscope',
    scope: 'run',
    needs: 'allocations',
  },
  folded: {
    name: 'folded',
    description: 'stacks of all threads and their busy time in µs',
    opens: 'flamegraph.pl, inferno, speedscope, Firefox Profiler',
    scope: 'variant',
    needs: 'profiles',
  },
  foldedDiff: {
    name: 'folded-diff',
    description: 'stacks of two variants and their busy time in ns per job',
    opens: 'flamegraph.pl, inferno',
    scope: 'pair',
    needs: 'profiles',
  },
  otlp: {
    name: 'otlp',
    description: 'a span for each job of a timed trial (OTLP/JSON)',
    opens: 'OpenTelemetry Collector, Jaeger, Grafana Tempo',
    scope: 'run',
    needs: 'jobs',
  },
  csvTrials: {
    name: 'csv-trials',
    description: 'a line for each timed trial: wall, latencies, CPU, outcomes',
    opens: SPREADSHEETS,
    scope: 'run',
    needs: 'trials',
  },
  csvJobs: {
    name: 'csv-jobs',
    description: 'a line for each job of each timed trial',
    opens: SPREADSHEETS,
    scope: 'run',
    needs: 'jobs',
  },
} as const satisfies Record<string, ExportFormat>;
