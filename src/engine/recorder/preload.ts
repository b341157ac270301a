import { join } from 'node:path';
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId, Worker } from 'node:worker_threads';
import { AGENT, Agent } from './agent.ts';
import { isWanted, nowUs, type RecorderConfig, readConfig } from './config.ts';
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
import { flushBeforeTerminate, nameAtomicsWait, recordChildren } from './patches.ts';

/** What the controller is started with. */
export interface ControllerData {
  readonly config: RecorderConfig;
  readonly control: Int32Array;
  readonly prefix: string;
  readonly pid: number;
  readonly ppid: number;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly cwd: string;
  /** V8 prints console profiles to stdout where `--cpu-prof` is on: then the profiler is stopped and started. */
  readonly hasCpuProf: boolean;
}

/** What a process's threads have in common; its workers find it under this key. */
interface Shared {
  readonly control: Int32Array;
  readonly prefix: string;
}
const SHARED = 'threadmill.recorder';

/** Waits are bounded: a program must go on, even if it goes on unrecorded. */
const START_MS = 5_000;
const WORKER_START_MS = 300;
const END_MS = 3_000;

if (!(AGENT in globalThis)) {
  try {
    const config = readConfig(process.env);
    if (config !== null) begin(config);
  } catch {
    // The permission model refuses threads, or a disk is full: the program runs as it would without us.
  }
}

function begin(config: RecorderConfig): void {
  recordChildren(config);
  if (config.untilUs !== null && nowUs() >= config.untilUs) return;
  if (!isMainThread) return watchWorker(config);
  const argv = process.argv.slice(1);
  if (isWanted(config, argv[0] ?? '')) watchProcess(config, argv);
}

function watchProcess(config: RecorderConfig, argv: readonly string[]): void {
  const control = newControl();
  const prefix = join(config.dir, `${process.pid}-${nowUs().toString(36)}`);
  const options = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`;
  const data: ControllerData = {
    config,
    control,
    prefix,
    pid: process.pid,
    ppid: process.ppid,
    argv,
    execArgv: process.execArgv,
    cwd: process.cwd(),
    hasCpuProf: options.includes('--cpu-prof'),
  };
  const controller = new Worker(join(__dirname, 'controller.cjs'), {
    name: 'threadmill recorder',
    // Neither this file nor what else NODE_OPTIONS loads.
    env: {},
    execArgv: ['--no-warnings'],
    workerData: data,
    trackUnmanagedFds: false,
  });
  controller.unref();
  controller.on('error', () => setState(control, ENDED));
  controller.on('exit', () => setState(control, ENDED));
  if (!awaitStart(control, START_MS) || stateOf(control) !== RUNNING) return;
  const shared: Shared = { control, prefix };
  setEnvironmentData(SHARED, shared);
  watchThread(config, shared, controller);
  process.on('exit', () => {
    agent()?.stop();
    requestFlush(control, ALL_THREADS, END_MS);
  });
}

function watchWorker(config: RecorderConfig): void {
  const shared = getEnvironmentData(SHARED) as Shared | undefined;
  if (shared === undefined || stateOf(shared.control) !== RUNNING) return;
  watchThread(config, shared, null);
  // From here on it is sampled.
  requestFlush(shared.control, threadId, WORKER_START_MS);
  process.on('exit', () => {
    agent()?.stop();
    requestFlush(shared.control, threadId, WORKER_START_MS);
  });
}

function watchThread(config: RecorderConfig, { control, prefix }: Shared, controller: Worker | null): void {
  Object.defineProperty(globalThis, AGENT, { value: new Agent(prefix, config), configurable: true });
  nameAtomicsWait();
  flushBeforeTerminate(control, controller);
}

function agent(): Agent | undefined {
  return (globalThis as { [AGENT]?: Agent })[AGENT];
}
