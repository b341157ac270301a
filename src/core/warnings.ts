import type { Warning } from './documents/run-record.ts';
import { messageOf } from './errors.ts';
import type { VariantName } from './variants.ts';

/** Sections of the report that have warnings of their own; `why` is what the verdict rests on. */
export type WarningPlace =
  | 'why'
  | 'summary'
  | 'failures'
  | 'breakdown'
  | 'walls'
  | 'latencies'
  | 'timelines'
  | 'profiles'
  | 'environment';

interface WarningFacts {
  /** For the reference. */
  readonly means: string;
  /** An error voids figures, a warning qualifies them. */
  readonly severity: 'error' | 'warning';
  /** In a run's report: by the verdict or the figures that it concerns. Null: of a recording, whose report lists all in one place. */
  readonly place: WarningPlace | null;
  /** What to do about it; null: that depends on what was found, and whoever warns says it. */
  readonly advice: string | null;
}

/** Every warning, of a run, a sweep and a recording. Its message has figures, so whoever warns makes it. */
export const WARNINGS = {
  'responses-differ': {
    means: 'a job’s result differs from the baseline’s: times are not comparable',
    severity: 'error',
    place: 'why',
    advice:
      'The variants did not do the same work, so their times are not comparable. If results contain times or ids, exclude those with `digest`.',
  },
  'clients-differ': {
    means:
      '`--client`: a client used another number of connections, or passed on other bytes, than the first: times are not comparable',
    severity: 'error',
    place: 'why',
    advice: 'What differs may be why the times do. Leave out the clients that differ (--client).',
  },
  'clients-missing': {
    means: '`--client all`: packages of clients are not installed, so these clients were left out',
    severity: 'warning',
    place: 'why',
    advice: null,
  },
  'versions-differ': {
    means: '`--against`: results of jobs differ from the base',
    severity: 'warning',
    place: 'why',
    advice: 'If that is not intended, the versions do different work, and their times are not comparable.',
  },
  'nothing-compared': {
    means: 'the jobs return nothing, or no job ended `ok` in two variants: results could not be compared',
    severity: 'error',
    place: 'why',
    advice: null,
  },
  'jobs-failed': {
    means: 'jobs did not end `ok`; trials with failures are not compared',
    severity: 'error',
    place: 'failures',
    advice: null,
  },
  'faults-unreconciled': {
    means: 'jobs ended in a way that the injected faults (`--fault`) do not explain',
    severity: 'error',
    place: 'why',
    advice:
      'These jobs failed for another reason, or a fault had no effect: `reconciled` in run.json has the first of them.',
  },
  'failures-allowed': {
    means: 'jobs failed, and `--fault` or `--allow-failures` allows it: successful jobs are compared',
    severity: 'warning',
    place: 'why',
    advice: null,
  },
  'runner-lost': {
    means: 'this variant’s process ended; later rounds lack it',
    severity: 'error',
    place: 'why',
    advice: 'Later rounds have no trial of this variant. See the runner’s output in logs/.',
  },
  'warmup-failed': {
    means: 'no job of this variant’s warm-up ended `ok`: its rounds were not run',
    severity: 'error',
    place: 'failures',
    advice: null,
  },
  'server-lost': {
    means: 'the embedded server ended during the run',
    severity: 'error',
    place: 'why',
    advice: 'Later jobs could not connect. See logs/server.ndjson.',
  },
  'server-exhausted': {
    means: 'the embedded server refused connections: it had no file descriptor left',
    severity: 'error',
    place: 'why',
    advice: 'Jobs that needed them failed. Raise the limit (`ulimit -n`), or lower --concurrency.',
  },
  'aa-failed': {
    means: '`--aa`: the baseline differs from itself, so no other figure is reliable',
    severity: 'error',
    place: 'why',
    advice:
      'Noise looks like a difference in this run, so no figure of it is reliable. Close other programs, make trials longer (--jobs), and repeat.',
  },
  'aa-inconclusive': {
    means: '`--aa`: too few rounds to decide',
    severity: 'warning',
    place: 'why',
    advice: 'Give it more rounds (--rounds), or more time (--max-time).',
  },
  'rate-not-held': {
    means: 'less than 95% of `--rate` was started, or some jobs were never sent; these trials are left out',
    severity: 'warning',
    place: 'why',
    advice:
      'Every concurrency slot was taken (raise --concurrency), or the threads were too busy to start jobs on time. Response times then grow with the number of jobs and say little about the server: lower --rate.',
  },
  'too-few-rounds': {
    means: 'no claim was possible, or a difference of 10% would not have been detected',
    severity: 'warning',
    place: 'why',
    advice: null,
  },
  'server-saturated': {
    means: 'the embedded server was busy for over 90% of a trial, or near its ceiling: it set the pace',
    severity: 'warning',
    place: 'why',
    advice:
      'The server is the bottleneck, not the variant. Give requests more latency, or use your own server (--url).',
  },
  'certificates-unchecked': {
    means: '`--insecure`, or `rejectUnauthorized: false` in the workload: any certificate was accepted',
    severity: 'warning',
    place: 'environment',
    advice: 'If you know the server’s authority, give its file with --ca instead of --insecure.',
  },
  'url-unused': {
    means: '`--url` was given, but the workload does not read `settings.baseUrl`',
    severity: 'warning',
    place: 'why',
    advice: 'Export a function of the settings from the workload file, and use `settings.baseUrl`.',
  },
  'more-threads-than-cpus': {
    means: 'there are more threads than CPUs: CPU work gains nothing from the surplus',
    severity: 'warning',
    place: 'summary',
    advice: 'CPU work gains nothing from threads beyond the CPUs; lower --workers.',
  },
  'not-traced': {
    means: 'a traced trial had failed jobs, or there are more than a million jobs: timings only',
    severity: 'warning',
    place: 'breakdown',
    advice: null,
  },
  'slots-not-full': {
    means:
      'over 5% fewer jobs ran concurrently than `--concurrency` allows (Little’s law): slots waited for their next job',
    severity: 'warning',
    place: 'breakdown',
    advice:
      'Throughput × latency (Little’s law) shows that some slots waited for their next job, because dispatch was slow or the thread was busy. This adds to wall time, not to latencies.',
  },
  'server-drifting': {
    means: 'response times of your server changed by 5% or more during the run',
    severity: 'warning',
    place: 'walls',
    advice: null,
  },
  'machine-noisy': {
    means:
      'in timed trials, other programs used over 10% of the available CPUs, or the hypervisor took over 2%',
    severity: 'warning',
    place: 'walls',
    advice:
      'Close other programs and repeat, or use a dedicated machine: wall times are longer and scatter more. Comparisons within a round suffer less.',
  },
  'machine-busy': {
    means: 'other programs used over 10% of the available CPUs just before the run',
    severity: 'warning',
    place: 'walls',
    advice: 'Close other programs and repeat: they take time from whichever variant is being timed.',
  },
  'cpu-throttled': {
    means: 'a CPU limit (cgroup) stopped the run within timed trials; the warning says for how long',
    severity: 'warning',
    place: 'walls',
    advice:
      'Wall times include this time (the kernel sums it over CPUs). Raise the limit (cgroup cpu.max, docker --cpus, resources.limits.cpu), or lower --concurrency and --workers.',
  },
  'another-run': {
    means: 'another run used the same folder at the same time; both runs have this warning',
    severity: 'warning',
    place: 'walls',
    advice: 'The runs disturb each other’s timings: run one after the other.',
  },
  'heap-growing': {
    means:
      'memory rose over eight or more trials, and a full garbage collection after them left at least 1 MB a trial: a leak',
    severity: 'warning',
    place: 'summary',
    advice:
      'Memory that jobs allocate is not freed: look for a cache, list or listener that outlives its job. `threadmill profile --captures heap` shows which functions allocate.',
  },
  'trials-drifting': {
    means: 'wall times rose or fell by 2% or more from the first trial to the last, beyond chance',
    severity: 'warning',
    place: 'walls',
    advice: null,
  },
  'trials-bimodal': {
    means: 'the wall times of a variant fall into two groups',
    severity: 'warning',
    place: 'walls',
    advice:
      'The median lies in one of two groups, perhaps by chance. Look for what alternates: the order of the variants, a cache, garbage collection, another program.',
  },
  'trials-outlying': {
    means:
      'trials are at least 25% off their variant’s other trials; or, with fewer than five trials, no job ended for a long time. They are kept, and explained if possible',
    severity: 'warning',
    place: 'walls',
    advice:
      'Kept in the results: a few outliers barely move a median, and dropping inconvenient trials would bias it. The maximum latency may come from one of them.',
  },
  'client-saturated': {
    means:
      'the threads that run jobs were busy for over 90% of a trial: latencies include waiting for these threads',
    severity: 'warning',
    place: 'latencies',
    advice:
      'Latencies then include waiting for the client, and a higher --concurrency only makes them longer. Wall time is limited by the client’s CPU.',
  },
  'libuv-saturated': {
    means:
      'in a traced trial all threads of libuv’s pool were busy for over half of the time, and `fs.stat` waited over 1 ms for one of them',
    severity: 'warning',
    place: 'breakdown',
    advice:
      'All threads of a process share this pool. Measure with a larger one (--uv-threads), use synchronous crypto and zlib in worker threads, or process-pool: each process has a pool of its own.',
  },
  'queue-reruns': {
    means:
      'distributed-queue: a worker was lost, or did not renew the lock of a job in time, and the job ran again; the first row counts',
    severity: 'warning',
    place: 'walls',
    advice:
      'Walls include the wait until the queue noticed, 5 to 10 s. Every job has one row. Look why workers ended, lost their connection or had no CPU.',
  },
  'connections-in-trial': {
    means: 'connections were opened in timed trials: handshakes are part of the times',
    severity: 'warning',
    place: 'latencies',
    advice:
      'Handshakes are part of the times. The server closes connections early, or --no-keep-alive was given.',
  },
  'clock-coarse': {
    means: 'a step of the clock is more than 1% of the median latency',
    severity: 'warning',
    place: 'latencies',
    advice: 'Latencies this short are not reliable; wall times are. Make each job do more.',
  },
  'rows-unreadable': {
    means: 'a variant’s rows in `jobs/` can’t be read: it has no latency curve',
    severity: 'warning',
    place: 'latencies',
    advice: 'The other figures come from run.json and are not affected.',
  },
  'names-unreadable': {
    means: 'the names of jobs can’t be read: items are shown instead',
    severity: 'warning',
    place: 'timelines',
    advice: 'Jobs are shown by the number of their item.',
  },
  'trace-unreadable': {
    means: 'a traced trial can’t be read: the variant’s timeline lacks it',
    severity: 'warning',
    place: 'timelines',
    advice: 'Repeat the run for a complete timeline.',
  },
  'profile-unreadable': {
    means: 'the flamegraph lacks a thread whose profile can’t be read',
    severity: 'warning',
    place: 'profiles',
    advice: 'Profile again; the flamegraph lacks this thread.',
  },
  'profiles-left-out': {
    means: 'the run has more profiles than a page can show',
    severity: 'warning',
    place: 'profiles',
    advice: 'Profile with fewer --workers, or export the threads one by one.',
  },
  'sources-unreadable': {
    means: 'the saved lines of your files can’t be read: hot lines have no text',
    severity: 'warning',
    place: 'profiles',
    advice: 'Lines are shown without their text.',
  },
  'threads-unseen': {
    means: 'the workload starts worker threads itself: no flamegraph and no allocation figure includes them',
    severity: 'warning',
    place: 'profiles',
    advice:
      'Flamegraphs and allocation figures do not include them. `threadmill record` profiles every thread of a program.',
  },
  'axis-unused': {
    means: '`--cpu` or `--latency` is swept, but the workload did not read that setting',
    severity: 'warning',
    place: 'environment',
    advice:
      'Unless it reads that setting later, all points are the same: export a function of the settings, and use it.',
  },
  'environment-changed': {
    means: 'a sweep continued with another Node, machine or version',
    severity: 'warning',
    place: 'environment',
    advice:
      'A difference between points may be one between machines or versions: start over with --fresh if that matters.',
  },
  'process-killed': {
    means:
      'of a recording: a process ended without an exit handler, for example by SIGKILL: up to its last second is missing',
    severity: 'warning',
    place: null,
    advice: 'End it with a signal that it handles, or with process.exit.',
  },
  'process-not-recorded': {
    means:
      'of a recording: a process was not recorded, because it takes a CPU profile of its own, allows no worker threads, or is the parent of node --test',
    severity: 'warning',
    place: null,
    advice:
      'Run it without --cpu-prof and without the permission model. Test files that node --test runs are recorded.',
  },
  'samples-dropped': {
    means: 'of a recording: the oldest samples of a process were dropped at the size limit',
    severity: 'warning',
    place: null,
    advice: 'Record a shorter part with --delay and --duration, or sample less often with --interval.',
  },
  'threads-not-sampled': {
    means: 'of a recording: workers take a CPU profile of their own, so they have no samples',
    severity: 'warning',
    place: null,
    advice: "Start them without --cpu-prof in the worker's execArgv.",
  },
  'threads-partly-recorded': {
    means: 'of a recording: threads did not load the recorder, so lag, GC, memory and waits are missing',
    severity: 'warning',
    place: null,
    advice: 'Workers with an env or execArgv of their own need NODE_OPTIONS in it.',
  },
} as const satisfies Readonly<Record<string, WarningFacts>>;

type WarningCode = keyof typeof WARNINGS;

type Advised = {
  [C in WarningCode]: (typeof WARNINGS)[C]['advice'] extends null ? never : C;
}[WarningCode];

/** A code that has no advice of its own in the table comes with one. */
export type WarningKind =
  | { readonly code: Advised; readonly advice?: string }
  | { readonly code: Exclude<WarningCode, Advised>; readonly advice: string };

/** `variant`: left out where it concerns more than one. */
export type WarningDraft = WarningKind & { readonly message: string; readonly variant?: VariantName | null };

export function warningOf({ code, message, advice, variant = null }: WarningDraft): Warning {
  return { code, message, advice: advice ?? WARNINGS[code].advice ?? '', variant };
}

/** Null for a code of another version. */
export function warningFacts(code: string): WarningFacts | null {
  return Object.hasOwn(WARNINGS, code) ? WARNINGS[code as WarningCode] : null;
}

/** A warning for a file that costs a part of the report: the rest is still worth having. */
export function problemOf(code: Advised, thrown: unknown): Warning {
  return warningOf({ code, message: messageOf(thrown) });
}
