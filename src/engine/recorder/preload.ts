import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId, Worker } from 'node:worker_threads';
import type { ProcessLine } from '../../core/documents/recorder-lines.ts';
import { AGENT, Agent, LOADED } from './agent.ts';
import { isWanted, nowUs, type RecorderConfig, readConfig, TAKES_PROFILE } from './config.ts';
import {
  ALL_THREADS,
  awaitStart,
  ENDED,
  newControl,
  RUNNING,
  requestFlush,
  setState,
  stateOf,
} from './control.ts';
import { flushBeforeOwnEnd, flushBeforeTerminate, nameAtomicsWait, recordChildren } from './patches.ts';
import { noteListeners } from './signals.ts';

/** What the controller is started with. */
export interface ControllerData {
  readonly config: RecorderConfig;
  readonly control: Int32Array;
  readonly prefix: string;
  readonly process: ProcessLine;
  /** A signal that ends the process does so once everything is written. */
  readonly holdsSignals: boolean;
}

/** What a process's threads have in common; workers find it under this key. */
interface Shared {
  readonly config: RecorderConfig;
  readonly prefix: string;
  /** Null in a worker that ran before: nothing hands it shared memory. */
  readonly control: Int32Array | null;
}
const SHARED = 'threadmill.recorder';

/** Why a process is not recorded. */
export type Refusal = 'cpu-prof' | 'test-runner' | 'recorded' | 'refused';

/** Waits take a few ms and are bounded: the program must continue, even unrecorded. */
const START_MS = 5_000;
const WORKER_MS = 1_500;
const END_MS = 3_000;
/** A thread that ends right after it left the inspector can crash the process. */
const PARTING_MS = 2_000;

const { setTimeout, clearTimeout } = globalThis;
const { now: wallMs } = Date;

/** Of the recorder that this thread has started. */
interface Own extends Shared {
  readonly control: Int32Array;
  readonly controller: Worker;
  readonly leave: () => void;
}
let own: Own | null = null;
/** With --toggle each SIGUSR2 tries again; the reason is noted once. */
let isSkipNoted = false;
/** Its recording is over. The next one takes it: else many starts and stops would leave many threads behind. */
let idle: { readonly controller: Worker; readonly parting: NodeJS.Timeout } | null = null;

if (!(LOADED in globalThis)) {
  Object.defineProperty(globalThis, LOADED, { value: true });
  const config = readConfig(process.env);
  if (config !== null) {
    try {
      if (isMainThread) watchProcess(config);
      else watchWorker();
    } catch {
      // The program runs as it would without us.
    }
  }
}

function watchProcess(config: RecorderConfig): void {
  recordChildren(config);
  if (isOver(config) || !isWanted(config, process.argv[1] ?? '')) return;
  if (config.toggle) {
    process.on('SIGUSR2', () => {
      if (own === null) startOrNote(config);
      else stop();
    });
    return;
  }
  if (startOrNote(config, true)) awaitStart(own!.control, START_MS);
}

/** Notes why the process is not recorded, if it is not; the program runs as it would without us. */
function startOrNote(config: RecorderConfig, isWholeProcess = false): boolean {
  let refusal: Refusal | null;
  try {
    refusal = start(config, isWholeProcess);
  } catch {
    refusal = 'refused';
  }
  if (refusal !== null && refusal !== 'recorded') noteSkipped(config, refusal);
  return refusal === null;
}

/**
 * Starts the controller of this process, and watches this thread; the controller looks after the others. Throws where
 * Node allows no threads.
 */
export function start(config: RecorderConfig, isWholeProcess = false): Refusal | null {
  const options = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`;
  if (TAKES_PROFILE.test(options)) return 'cpu-prof';
  if (process.execArgv.includes('--test') && !/--(experimental-)?test-isolation[= ]none/.test(options)) {
    return 'test-runner';
  }
  if (own !== null || agent() !== undefined) return 'recorded';
  const control = newControl();
  const prefix = prefixOf(config);
  const data: ControllerData = {
    ...{ config, control, prefix, process: processLine(null) },
    // Not in a process that it leaves: Node's own handling, which resets the terminal, would be gone.
    holdsSignals: isWholeProcess,
  };
  const controller = startController(data);
  const shared: Shared = { config, prefix, control };
  setEnvironmentData(SHARED, shared);
  const onExit = (): void => {
    requestFlush(control, ALL_THREADS, END_MS);
    agent()?.stop();
  };
  process.on('exit', onExit);
  const leave = (): void => {
    if (own?.control !== control) return;
    own = null;
    setEnvironmentData(SHARED, undefined as unknown as Shared);
    process.off('exit', onExit);
    for (const each of undo) each();
    controller.off('exit', gone);
    if (!hasGone) idle = { controller, parting: setTimeout(() => void endController(), PARTING_MS).unref() };
  };
  const undo = isWholeProcess ? [noteListeners(control), flushBeforeOwnEnd(control)] : [];
  own = { ...shared, control, controller, leave };
  let hasGone = false;
  const gone = (): void => {
    hasGone = true;
    setState(control, ENDED);
    leave();
  };
  controller.on('exit', gone);
  if (!isLater(config)) watchThread(own);
  return null;
}

/** Reuses the idle controller, if there is one. */
function startController(data: ControllerData): Worker {
  if (idle !== null) {
    const { controller, parting } = idle;
    idle = null;
    clearTimeout(parting);
    controller.postMessage(data);
    return controller;
  }
  const controller = new Worker(join(__dirname, 'controller.cjs'), {
    name: 'threadmill recorder',
    // Neither this file nor what else NODE_OPTIONS loads.
    env: {},
    execArgv: ['--no-warnings', '--expose-internals'],
    workerData: data,
    trackUnmanagedFds: false,
  });
  controller.unref();
  // It exits as well. Without a listener the program would fail.
  controller.on('error', () => undefined);
  controller.on('exit', () => {
    if (idle?.controller !== controller) return;
    clearTimeout(idle.parting);
    idle = null;
  });
  return controller;
}

async function endController(): Promise<void> {
  const leaving = idle?.controller;
  idle = null;
  await leaving?.terminate();
}

export function isRunning(): boolean {
  return own !== null && stateOf(own.control) === RUNNING;
}

/** Ends the recording that this thread has started; blocks until it is written. */
export function stop(): void {
  if (own === null) return;
  if (awaitStart(own.control, START_MS)) requestFlush(own.control, ALL_THREADS, END_MS);
  // On a crowded machine the controller may not have come to that.
  agent()?.stop();
}

function prefixOf({ dir }: RecorderConfig): string {
  return join(dir, `${process.pid}-${nowUs().toString(36)}`);
}

function processLine(skipped: ProcessLine['skipped']): ProcessLine {
  const { pid, ppid, execArgv, version: node } = process;
  const argv = process.argv.slice(1);
  const now = { startUs: nowUs(), wallMs: wallMs() };
  return {
    k: 'process',
    ...{ pid, ppid, argv, execArgv, cwd: process.cwd(), node },
    ...now,
    skipped,
  };
}

function noteSkipped(config: RecorderConfig, skipped: ProcessLine['skipped']): void {
  if (isSkipNoted) return;
  isSkipNoted = true;
  try {
    appendFileSync(`${prefixOf(config)}.meta`, `${JSON.stringify(processLine(skipped))}\n`);
  } catch {
    // Nor may it write files.
  }
}

function watchWorker(): void {
  const shared = getEnvironmentData(SHARED) as Shared | undefined;
  if (shared?.control == null || isOver(shared.config) || stateOf(shared.control) !== RUNNING) return;
  recordChildren(shared.config);
  if (isLater(shared.config)) return;
  // From here on it is sampled.
  requestFlush(shared.control, threadId, WORKER_MS);
  watchThread(shared);
}

/** Watches a thread that did not load this at its start. Called by the controller, and must not wait for it. */
export function watch(config: RecorderConfig, prefix: string): void {
  if (agent() !== undefined) return;
  const known = own ?? (getEnvironmentData(SHARED) as Shared | undefined);
  watchThread(known?.prefix === prefix ? known : { config, prefix, control: null });
}

function isOver({ untilUs }: RecorderConfig): boolean {
  return untilUs !== null && nowUs() >= untilUs;
}

function isLater({ fromUs }: RecorderConfig): boolean {
  return fromUs !== null && nowUs() < fromUs;
}

function watchThread({ config, control, prefix, ...rest }: Shared | Own): void {
  const mine = 'leave' in rest ? rest : null;
  let watching: Agent | null = null;
  const undo = [nameAtomicsWait((areOn) => watching?.noteWait(areOn))];
  if (control !== null) undo.push(flushBeforeTerminate(control, mine?.controller ?? null));
  if (mine !== null) undo.push(mine.leave);
  else {
    const onExit = (): void => {
      if (control !== null) requestFlush(control, threadId, WORKER_MS);
      agent()?.stop();
    };
    process.on('exit', onExit);
    undo.push(() => process.off('exit', onExit));
  }
  const leave = (): void => {
    delete (globalThis as { [AGENT]?: Agent })[AGENT];
    for (const each of undo) each();
  };
  watching = new Agent(prefix, config, leave);
  Object.defineProperty(globalThis, AGENT, { value: watching, configurable: true });
}

function agent(): Agent | undefined {
  return (globalThis as { [AGENT]?: Agent })[AGENT];
}
