import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId, Worker } from 'node:worker_threads';
import type { ProcessLine } from '../../core/documents/recorder-lines.ts';
import { AGENT, Agent, LOADED } from './agent.ts';
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
  readonly process: ProcessLine;
}

/** What a process's threads have in common; its workers find it under this key. */
interface Shared {
  readonly config: RecorderConfig;
  readonly control: Int32Array;
  readonly prefix: string;
}
const SHARED = 'threadmill.recorder';

/** Waits take some ms, and are bounded: a program must go on, even if it goes on unrecorded. */
const START_MS = 5_000;
const WORKER_MS = 1_500;
const END_MS = 3_000;
/** Of libuv. */
const DEFAULT_POOL_SIZE = 4;

if (!(LOADED in globalThis)) {
  Object.defineProperty(globalThis, LOADED, { value: true });
  const config = readConfig(process.env);
  try {
    if (!isMainThread) watchWorker(config !== null);
    else if (config !== null) watchProcess(config);
  } catch {
    // The program runs as it would without us.
    if (isMainThread && config !== null) noteSkipped(config, 'refused');
  }
}

function watchProcess(config: RecorderConfig): void {
  recordChildren(config);
  if (isOver(config) || !isWanted(config, process.argv[1] ?? '')) return;
  const options = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`;
  if (options.includes('--cpu-prof')) {
    noteSkipped(config, 'cpu-prof');
    return;
  }
  const control = newControl();
  const prefix = prefixOf(config);
  const data: ControllerData = { config, control, prefix, process: processLine(null) };
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
  const shared: Shared = { config, control, prefix };
  setEnvironmentData(SHARED, shared);
  watchThread(shared, controller);
  process.on('exit', () => {
    requestFlush(control, ALL_THREADS, END_MS);
    agent()?.stop();
  });
}

function prefixOf({ dir }: RecorderConfig): string {
  return join(dir, `${process.pid}-${nowUs().toString(36)}`);
}

function processLine(skipped: ProcessLine['skipped']): ProcessLine {
  const { pid, ppid, execArgv, version: node } = process;
  const argv = process.argv.slice(1);
  const now = { startUs: nowUs(), wallMs: Date.now() };
  const poolSize = Number(process.env.UV_THREADPOOL_SIZE) || DEFAULT_POOL_SIZE;
  return {
    k: 'process',
    ...{ pid, ppid, argv, execArgv, cwd: process.cwd(), node },
    ...now,
    poolSize,
    skipped,
  };
}

function noteSkipped(config: RecorderConfig, skipped: ProcessLine['skipped']): void {
  try {
    appendFileSync(`${prefixOf(config)}.meta`, `${JSON.stringify(processLine(skipped))}\n`);
  } catch {
    // Nor may it write files.
  }
}

/** @param isPreloaded false: the program has given the worker other options, and the controller loads this late. */
function watchWorker(isPreloaded: boolean): void {
  const shared = getEnvironmentData(SHARED) as Shared | undefined;
  if (shared === undefined || isOver(shared.config) || stateOf(shared.control) !== RUNNING) return;
  recordChildren(shared.config);
  // From here on it is sampled. The controller would wait for us, and we for it, where it loads this.
  if (isPreloaded) requestFlush(shared.control, threadId, WORKER_MS);
  watchThread(shared, null);
  process.on('exit', () => {
    requestFlush(shared.control, threadId, WORKER_MS);
    agent()?.stop();
  });
}

function isOver({ untilUs }: RecorderConfig): boolean {
  return untilUs !== null && nowUs() >= untilUs;
}

function watchThread({ config, control, prefix }: Shared, controller: Worker | null): void {
  Object.defineProperty(globalThis, AGENT, { value: new Agent(prefix, config), configurable: true });
  nameAtomicsWait();
  flushBeforeTerminate(control, controller);
}

function agent(): Agent | undefined {
  return (globalThis as { [AGENT]?: Agent })[AGENT];
}
