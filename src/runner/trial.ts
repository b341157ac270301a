import type { TrialTrace, UvPool } from '../core/documents/breakdown.ts';
import type {
  MachineSpan,
  NativeThreads,
  OpenLoopSpan,
  Throttling,
  TrialRecord,
} from '../core/documents/run-record.ts';
import { STOPPED } from '../core/outcomes.ts';
import { NS_PER_MS } from '../core/units.ts';
import { createClock } from '../engine/measurement/clock.ts';
import { createThrottlingReader, readCpuAllowance } from '../engine/measurement/cpu-allowance.ts';
import { summariseInFlight } from '../engine/measurement/in-flight.ts';
import { longestGapMs } from '../engine/measurement/longest-gap.ts';
import { createMachineUsageReader, type MachineUsage } from '../engine/measurement/machine-usage.ts';
import type { NativeReading } from '../engine/measurement/native-threads.ts';
import { summariseLatency, summariseOpenLoop } from '../engine/measurement/open-loop.ts';
import type { SharedState } from '../engine/measurement/shared-state.ts';
import { endOfTurn } from '../engine/measurement/thread-probe.ts';
import type { TraceTable } from '../engine/measurement/trace-table.ts';
import { readUsage, resetPeakRss, type Usage, usageSince } from '../engine/measurement/usage.ts';
import { UvPoolWatch } from '../engine/measurement/uv-pool-watch.ts';
import type { ThreadReport } from '../engine/variants/thread-host.ts';
import { writeDue, writeRows } from '../store/job-rows.ts';
import { writeTracedRows } from '../store/traced-rows.ts';
import { fillOrder } from '../workload/plan.ts';
import type { OpenedVariant } from './open-variant.ts';
import type { SpareDescriptor } from './spare-descriptor.ts';

/** Which trial it is. */
interface TrialNumbers {
  readonly round: number;
  readonly order: number;
  /** Number of this trial in the file of its rows; null: they are not kept. */
  readonly rowsTrial: number | null;
}

/** Where rows go: of timed trials, and of traced ones. Null: nowhere. */
interface TrialFiles {
  readonly rows: string | null;
  readonly trace: string | null;
}

/** What is counted around a trial. */
interface Readings {
  readonly usage: Usage;
  readonly machine: MachineUsage | null;
  readonly native: NativeReading | null;
  readonly throttling: Throttling | null;
}

const clock = createClock();
const readMachineUsage = createMachineUsageReader(readCpuAllowance().ids);
const readThrottling = createThrottlingReader();

/** One trial. */
export class Trial {
  readonly #numbers: TrialNumbers;
  readonly #opened: OpenedVariant;
  readonly #state: SharedState;
  readonly #files: TrialFiles;
  readonly #spare: SpareDescriptor;
  #table: TraceTable | null = null;
  /** What a traced trial has to say besides its record, when it has run. */
  trace: TrialTrace | null = null;

  constructor(numbers: TrialNumbers, opened: OpenedVariant, files: TrialFiles, spare: SpareDescriptor) {
    this.#numbers = numbers;
    this.#spare = spare;
    this.#opened = opened;
    this.#state = opened.state;
    this.#files = files;
  }

  /**
   * Runs the plan once. Between the two readings of the clock nothing happens but the plan: no logging, no message, no
   * statistics.
   * @param table of a traced trial: filled, and its rows saved with the others
   * @param connected called when all connections are open; the trial waits for it
   */
  async run(table: TraceTable | null, connected: () => Promise<void>): Promise<TrialRecord> {
    const { running, pacing, spec, nativeThreads } = this.#opened;
    this.#table = table;
    table?.clear();
    this.#state.reset();
    fillOrder(this.#state.order, spec.seed, this.#numbers.round);
    pacing?.reset(this.#numbers.round);
    await running.connect();
    await connected();
    await running.prepare((table?.buffer as SharedArrayBuffer | undefined) ?? null);
    await pacing?.ready();
    resetPeakRss();
    const before: Readings = {
      machine: readMachineUsage(),
      throttling: readThrottling(),
      native: nativeThreads?.read() ?? null,
      usage: readUsage(),
    };
    const watch = table === null ? null : UvPoolWatch.start(nativeThreads);
    const now = clock();
    const startNs = pacing?.begin(now) ?? now;
    await running.runPlan();
    const endNs = clock();
    const ownPool = watch?.stop() ?? null;
    const after: Readings = {
      usage: readUsage(),
      native: nativeThreads?.read() ?? null,
      throttling: readThrottling(),
      machine: readMachineUsage(),
    };
    const stopped = this.#state.stopped;
    await endOfTurn();
    const report = await running.report();
    if (table !== null) {
      const uvPool = fullest([ownPool, ...(report.processes ?? []).map((process) => process.uvPool)]);
      const { workers } = report.queue ?? {};
      this.trace = { startNs, endNs, threads: report.traces, uvPool, ...(workers && { workers }) };
    }
    this.#spare.lend(() => this.#save());
    const own = usageSince(before.usage, after.usage);
    const { userMs, systemMs, peakRssBytes } = usageOf(own, report);
    return {
      ...this.#figuresOfRows(stopped),
      wallMs: stopped ? null : (endNs - startNs) / NS_PER_MS,
      cpuUserMs: userMs,
      cpuSystemMs: systemMs,
      peakRssBytes,
      threads: [...report.threads],
      // Workers of a queue do not tell threads of theirs that run no jobs from those that run no JavaScript.
      nativeThreads:
        report.queue === undefined ? nativeSpan(userMs, systemMs, report, before.native, after.native) : null,
      machine: machineSpan(before.machine, after.machine),
      throttling: throttlingSpan(before.throttling, after.throttling),
      // The orchestrator asks the server, and fills it in.
      server: null,
      connectionsOpened: report.connectionsOpened,
      connections: report.connections,
      retries: report.retries,
      errors: [...report.errors],
      ...(report.queue !== undefined && {
        queue: { ...report.queue, coordinatorCpuMs: own.userMs + own.systemMs },
      }),
      lost: stopped ? STOPPED : null,
    };
  }

  #save(): void {
    const { table } = this.#state;
    const { rows, trace } = this.#files;
    const trial = this.#numbers.rowsTrial;
    if (trial === null) return;
    if (this.#table !== null) {
      if (trace !== null) writeTracedRows({ file: trace, trial }, { jobs: table, trace: this.#table });
    } else if (rows !== null) {
      writeRows({ file: rows, trial }, table);
      const { schedule } = this.#opened.pacing ?? {};
      if (schedule) writeDue({ file: rows, trial }, schedule.dueByPosition(this.#state.order));
    }
  }

  #figuresOfRows(stopped: boolean) {
    const { table } = this.#state;
    const { round, order } = this.#numbers;
    const { running, pacing } = this.#opened;
    return {
      round,
      order,
      outcomes: table.countOutcomes(),
      // The orchestrator knows.
      allowedFailures: 0,
      bytes: table.totalBytes(),
      latencyMs: summariseLatency(table),
      open: this.#openLoop(!stopped),
      // Slots that wait for their job to be due are not meant to be full.
      inFlight: pacing !== null || stopped ? null : summariseInFlight(table, running.concurrency),
      longestGapMs: longestGapMs(table),
    };
  }

  /** Null for a closed loop. */
  #openLoop(complete: boolean): OpenLoopSpan | null {
    const { pacing, spec } = this.#opened;
    if (pacing === null || pacing.schedule === null || spec.load.kind !== 'open') return null;
    const dueNs = pacing.schedule.dueByPosition(this.#state.order);
    return summariseOpenLoop({ table: this.#state.table, dueNs, rate: spec.load.rate, complete });
  }
}

function fullest(pools: readonly (UvPool | null)[]): UvPool | null {
  const share = ({ full, looks }: UvPool) => full / Math.max(1, looks);
  // The pool of a process that never used it has no threads on Node 24 and later.
  const [most] = pools
    .filter((pool) => pool !== null)
    .sort((a, b) => share(b) - share(a) || b.threads - a.threads);
  return most ?? null;
}

/** Usage of this process and its children; null if a child ended meanwhile. */
function usageOf(own: ReturnType<typeof usageSince>, { processes }: ThreadReport) {
  if (processes === null) return { userMs: null, systemMs: null, peakRssBytes: null };
  return processes.reduce(
    (sum, { usage }) => ({
      userMs: sum.userMs + usage.userMs,
      systemMs: sum.systemMs + usage.systemMs,
      peakRssBytes: sum.peakRssBytes + usage.peakRssBytes,
    }),
    own,
  );
}

/** The readings of the threads lie a little outside that of the process, so that their difference may be too small. */
function nativeSpan(
  userMs: number | null,
  systemMs: number | null,
  { threads, processes, isComplete }: ThreadReport,
  before: NativeReading | null,
  after: NativeReading | null,
): NativeThreads | null {
  if (userMs === null || systemMs === null || processes === null || !isComplete) return null;
  if (threads.length === 0 || threads.some(({ cpu }) => cpu === null)) return null;
  const processMs = userMs + systemMs;
  const otherMs = Math.max(0, processMs - threads.reduce((sum, { cpu }) => sum + cpu!.cpuMs, 0));
  const children = processes.map(({ native }) => native);
  if (before === null || after === null || children.includes(null)) {
    return { cpuMs: otherMs, libuv: null, v8Ms: null };
  }
  let poolMs = after.libuv.cpuMs - before.libuv.cpuMs;
  let v8Ms = after.v8Ms - before.v8Ms;
  let poolThreads = after.libuv.threads;
  for (const child of children) {
    poolMs += child!.libuv.cpuMs;
    v8Ms += child!.v8Ms;
    poolThreads += child!.libuv.threads;
  }
  return {
    cpuMs: Math.max(otherMs, poolMs + v8Ms),
    libuv: { threads: poolThreads, cpuMs: poolMs },
    v8Ms,
  };
}

function throttlingSpan(before: Throttling | null, after: Throttling | null): Throttling | null {
  if (before === null || after === null) return null;
  return { periods: after.periods - before.periods, ms: after.ms - before.ms };
}

function machineSpan(before: MachineUsage | null, after: MachineUsage | null): MachineSpan {
  if (before === null || after === null) return null;
  return {
    busyMs: after.busyMs - before.busyMs,
    // The orchestrator knows what the server took, and fills it in.
    othersMs: null,
    stealMs: after.stealMs - before.stealMs,
    pressureMs:
      after.pressureMs === null || before.pressureMs === null ? null : after.pressureMs - before.pressureMs,
  };
}
