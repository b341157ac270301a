import { EXIT_UNCAUGHT, messageOf } from '../../../core/errors.ts';
import { onParentGone } from '../../../core/processes/on-parent-gone.ts';
import { redactStart } from '../../../core/redaction.ts';
import { createClock } from '../../measurement/clock.ts';
import type { JobTable } from '../../measurement/job-table.ts';
import type { NativeReading, NativeThreads } from '../../measurement/native-threads.ts';
import type { RateGate } from '../../measurement/rate-gate.ts';
import { SharedState } from '../../measurement/shared-state.ts';
import { TraceTable } from '../../measurement/trace-table.ts';
import {
  readCpuMs,
  readMemory,
  readUsage,
  resetPeakRss,
  type Usage,
  usageSince,
} from '../../measurement/usage.ts';
import { UvPoolWatch } from '../../measurement/uv-pool-watch.ts';
import { type Refusal, uncloneablePart } from '../handover.ts';
import { rehearsalPace } from '../open-pace.ts';
import { type Around, type JobTask, openWorker, THROWN_LENGTH } from '../pool-worker.ts';
import type { ChannelMessage, Command } from '../thread-channel.ts';
import type { ProcessReport, ThreadReport } from '../thread-host.ts';
import { IPC_WIRE } from '../wire.ts';
import { serveTasks } from './own-pool.ts';
import { type FromProcess, type ProcessStart, positionOf, rowOf } from './process-messages.ts';

/** The life of a child process of a pool: its first message says what to load, all others are tasks and commands. */
export function serveProcess(nativeThreads: NativeThreads | null): void {
  onParentGone(() => process.exit(0));
  process.on('uncaughtException', (thrown) => {
    const message: FromProcess = { thrown: redactStart(messageOf(thrown), THROWN_LENGTH) };
    send(message, () => process.exit(EXIT_UNCAUGHT));
  });
  process.once('message', (start: ProcessStart) => void open(start, nativeThreads));
}

async function open(start: ProcessStart, nativeThreads: NativeThreads | null): Promise<void> {
  const { thread, place, plan, rehearsalsPerSecond } = start;
  const { host } = start.data;
  const state = new SharedState(host.jobs);
  state.plan.set(plan);
  const { gate, pace } = rehearsalPace(rehearsalsPerSecond);
  const around = new OwnMemory(state, nativeThreads, gate).around;
  const data = { ...start.data, host: { ...host, shared: state.buffer, pace } };
  const given = { id: process.pid, thread, place, state, wire: IPC_WIRE, send };
  const { worker, obey } = await openWorker(data, given, around).catch(() => process.exit(EXIT_UNCAUGHT));
  const serve = serveTasks(worker.runJob, (reply, task) => {
    const row = rowOf(state.table, positionOf(task as JobTask));
    try {
      IPC_WIRE.post.call(process, { ...reply, row });
    } catch {
      const error: Refusal = { uncloneable: uncloneablePart(reply.result, 'result') };
      send({ taskId: reply.taskId, result: null, error, row });
    }
  });
  process.on('message', (message: ChannelMessage | Parameters<typeof serve>[0]) => {
    if (!('taskId' in message)) {
      if (message.kind === 'stop') state.stop();
      else obey(message);
      return;
    }
    clearRow(state.table, positionOf(message.task as JobTask));
    void serve(message);
  });
}

/** What threads have in memory that all of them share, and what is counted for each process. */
export class OwnMemory {
  readonly #state: SharedState;
  readonly #native: NativeThreads | null;
  readonly #gate: RateGate | null;
  readonly #clock = createClock();
  #trace: TraceTable | null = null;
  #traced = false;
  #uvPool: UvPoolWatch | null = null;
  #before: { readonly usage: Usage; readonly native: NativeReading | null } | null = null;

  constructor(state: SharedState, native: NativeThreads | null, gate: RateGate | null) {
    this.#state = state;
    this.#native = native;
    this.#gate = gate;
  }

  readonly around: Around = async (command, obey) => {
    switch (command.command) {
      case 'connect':
        this.#state.reset();
        this.#gate?.reset(this.#clock());
        return obey();
      case 'prepare':
        await obey(this.#withTrace(command));
        resetPeakRss();
        this.#uvPool = this.#traced ? UvPoolWatch.start(this.#native) : null;
        this.#before = { native: this.#native?.read() ?? null, usage: readUsage() };
        return undefined;
      case 'memory':
        return readMemory();
      case 'cpu':
        return readCpuMs();
      case 'report':
        return this.#report(obey);
      default:
        return obey();
    }
  };

  #withTrace(command: Command & { command: 'prepare' }): Command {
    this.#traced = command.trace !== null;
    if (!this.#traced) return command;
    this.#trace ??= TraceTable.shared(this.#state.jobs);
    this.#trace.clear();
    return { ...command, trace: this.#trace.buffer as SharedArrayBuffer };
  }

  async #report(obey: () => Promise<unknown>): Promise<ThreadReport> {
    const usage = readUsage();
    const native = this.#native?.read() ?? null;
    const uvPool = this.#uvPool?.stop() ?? null;
    const report = (await obey()) as ThreadReport;
    const before = this.#before;
    // It was not there when the trial began.
    if (before === null) return report;
    this.#before = null;
    const process: ProcessReport = {
      usage: usageSince(before.usage, usage),
      native:
        native === null || before.native === null
          ? null
          : {
              libuv: { ...native.libuv, cpuMs: native.libuv.cpuMs - before.native.libuv.cpuMs },
              v8Ms: native.v8Ms - before.native.v8Ms,
            },
      uvPool,
      trace: this.#traced ? this.#tracedRows() : null,
    };
    return { ...report, processes: [process] };
  }

  #tracedRows(): ProcessReport['trace'] {
    const { table } = this.#state;
    const positions = Uint32Array.from(table.start.keys()).filter((position) => table.start[position] !== 0);
    const columns = Object.values(this.#trace!.columns);
    const rows = new Float64Array(positions.length * columns.length);
    let at = 0;
    for (const position of positions) for (const column of columns) rows[at++] = column[position]!;
    return { positions, rows };
  }
}

/** A plan may run again without anything in between. */
export function clearRow(table: JobTable, position: number): void {
  table.start[position] = 0;
  table.end[position] = 0;
  table.outcome[position] = 0;
}

function send(message: FromProcess, sent = (): void => {}): void {
  // The other end may be gone already; 'disconnect' then ends this process.
  process.send?.(message, undefined, undefined, sent);
}
