import { writeRows } from '../artifacts/job-rows.ts';
import { createClock } from '../measurement/clock.ts';
import { summariseInFlight } from '../measurement/in-flight.ts';
import { summariseLatency } from '../measurement/latency.ts';
import { type MachineUsage, readMachineUsage } from '../measurement/machine-usage.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { readUsage, resetPeakRss, type Usage } from '../measurement/usage.ts';
import { OUTCOME_CODE } from '../types/outcomes.ts';
import type { BlockRecord, MachineSpan } from '../types/run-record.ts';
import type { ThreadReport } from '../variants/thread-host.ts';
import type { RunningVariant } from '../variants/variant.ts';
import { fillOrder } from '../workload/plan.ts';

export interface BlockPlace {
  readonly round: number;
  readonly order: number;
  /** Number of this block in the rows file; null: its rows are not kept. */
  readonly rowsBlock: number | null;
}

const clock = createClock();
const NS_PER_MS = 1e6;
const NO_REPORT: ThreadReport = { errors: [], connectionsOpened: 0, threads: [] };

/** A block while it runs: it can be closed from an exit handler, with what there is by then. */
export class Block {
  readonly #place: BlockPlace;
  readonly #state: SharedState;
  readonly #seed: number;
  readonly #rowsFile: string | null;
  readonly #lanes: number | null;
  #usage: Usage = readUsage();
  #machine: MachineUsage | null = null;
  #wallMs: number | null = null;

  /** @param lanes to be kept full; null where jobs start on a schedule */
  constructor(
    place: BlockPlace,
    state: SharedState,
    seed: number,
    rowsFile: string | null,
    lanes: number | null,
  ) {
    this.#place = place;
    this.#state = state;
    this.#seed = seed;
    this.#rowsFile = rowsFile;
    this.#lanes = lanes;
  }

  /**
   * Runs the plan once. Between the two readings of the clock nothing happens but the plan: no logging, no
   * message, no statistics.
   */
  async run(running: RunningVariant): Promise<BlockRecord> {
    this.#state.reset();
    fillOrder(this.#state.order, this.#seed, this.#place.round);
    await running.prepare();
    resetPeakRss();
    this.#machine = readMachineUsage();
    this.#usage = readUsage();
    const startNs = clock();
    await running.runPlan();
    const endNs = clock();
    const usage = readUsage();
    const machine = spanOf(this.#machine, readMachineUsage());
    const stopped = this.#state.stopped;
    this.#wallMs = stopped ? null : (endNs - startNs) / NS_PER_MS;
    const lost = stopped ? 'the run was stopped' : null;
    return this.#record(usage, machine, await running.report(), lost);
  }

  /** For a process that is about to end: settles what is in flight. Synchronous. */
  closeEarly(reason: string): BlockRecord {
    this.#state.table.settleStarted('worker-crashed', clock());
    return this.#record(readUsage(), null, NO_REPORT, reason);
  }

  #record(usage: Usage, machine: MachineSpan, report: ThreadReport, lost: string | null): BlockRecord {
    const { table } = this.#state;
    const { round, order, rowsBlock } = this.#place;
    if (this.#rowsFile !== null && rowsBlock !== null) {
      writeRows({ file: this.#rowsFile, block: rowsBlock }, table);
    }
    let bytes = 0;
    for (let row = 0; row < table.rows; row++) bytes += table.bytes[row]!;
    return {
      round,
      order,
      wallMs: this.#wallMs,
      outcomes: table.countOutcomes(),
      bytes,
      latencyMs: summariseLatency(table, OUTCOME_CODE.ok),
      open: null,
      inFlight: this.#lanes === null || lost !== null ? null : summariseInFlight(table, this.#lanes),
      cpuUserMs: usage.userMs - this.#usage.userMs,
      cpuSystemMs: usage.systemMs - this.#usage.systemMs,
      peakRssBytes: usage.peakRssBytes,
      threads: [...report.threads],
      machine,
      // The orchestrator asks the server, and fills it in.
      server: null,
      connectionsOpened: report.connectionsOpened,
      errors: [...report.errors],
      lost,
    };
  }
}

function spanOf(before: MachineUsage | null, after: MachineUsage | null): MachineSpan {
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
