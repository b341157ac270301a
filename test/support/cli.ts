import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type RunRecord, runRecordSchema, type VariantRecord } from '../../src/core/documents/run-record.ts';
import { OUTCOMES } from '../../src/core/outcomes.ts';
import { RunFolder } from '../../src/store/run-folder.ts';
import { CLI } from './compiled.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PROFILES = 'profiles';

/** Marks every process that descends from one run of the command line, whoever its parent is by now. */
const MARK = 'THREADMILL_TEST_MARK';
const GONE_LIMIT_MS = 60_000;
/** Less than the two seconds after which a runner notices by itself that its parent is gone. */
const ASLEEP_MS = 1_000;
const LOOK_MS = 50;
/** Not of what is tested: against a test that would never end, also on a machine that is slow and crowded. */
const RUN_LIMIT_MS = 600_000;

export interface CliOptions {
  /** Written into the working folder first: name to content. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** A program with its arguments, like taskset, that starts Node as its own arguments say. */
  readonly through?: readonly string[];
  /** Another run's working folder. */
  readonly cwd?: string;
  /** A file or device that stdout goes to, as with `> file` in a shell; else the test reads it. */
  readonly stdoutFile?: string;
}

/** A workload w.ts with two jobs that wait for `CliRun.go`. */
export const WAITS_FOR_GO: CliOptions = {
  files: {
    'w.ts': `
      import { existsSync } from 'node:fs';
      import { defineWorkload } from 'threadmill';
      const run = async () => {
        while (!existsSync(import.meta.dirname + '/go')) await new Promise((resolve) => setTimeout(resolve, 20));
        return 'went';
      };
      export default defineWorkload({ name: 'waits', jobs: 2, run });`,
  },
};

/** The compiled command line, started as a person would, in a working and a temporary folder of its own. */
export class CliRun {
  readonly child: ChildProcess;
  readonly cwd: string;
  readonly temporary: string;
  /** The exit code; null if it was killed. */
  readonly ended: Promise<number | null>;
  readonly #mark: string;
  stdout = '';
  stderr = '';

  private constructor(child: ChildProcess, cwd: string, temporary: string, mark: string) {
    this.child = child;
    this.cwd = cwd;
    this.temporary = temporary;
    this.#mark = mark;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(child, 'close').then(([code]) => code as number | null);
  }

  static async start(
    t: Pick<TestContext, 'after'>,
    argv: string | readonly string[],
    options: CliOptions = {},
  ): Promise<CliRun> {
    const root = await temporaryFolder(t);
    const cwd = options.cwd ?? join(root, 'here');
    const temporary = join(root, 'tmp');
    await mkdir(cwd, { recursive: true });
    await mkdir(temporary);
    for (const [name, content] of Object.entries(options.files ?? {}))
      await writeFile(join(cwd, name), content);
    const mark = randomUUID();
    const { FORCE_COLOR, NODE_OPTIONS, ...environment } = process.env;
    const line = [process.execPath, CLI, ...(typeof argv === 'string' ? argv.split(' ') : argv)];
    const [program = '', ...programArguments] = [...(options.through ?? []), ...line];
    const stdout = options.stdoutFile === undefined ? null : openSync(options.stdoutFile, 'w');
    const child = spawn(program, programArguments, {
      cwd,
      env: { ...environment, TMPDIR: temporary, [MARK]: mark, ...options.env },
      stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
      timeout: RUN_LIMIT_MS,
      // As a shell starts it: in a process group of its own, to which Ctrl+C goes.
      detached: true,
    });
    if (stdout !== null) closeSync(stdout);
    const run = new CliRun(child, cwd, temporary, mark);
    t.after(async () => {
      for (const { pid } of await run.processes()) killQuietly(pid);
    });
    return run;
  }

  /** Resolves when stderr holds this text; fails if the run ends without it. */
  async said(text: string | RegExp): Promise<void> {
    const there = () => (typeof text === 'string' ? this.stderr.includes(text) : text.test(this.stderr));
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (there()) resolve();
      };
      this.child.stderr?.on('data', look);
      void this.ended.then(() => {
        look();
        reject(new Error(`it ended without saying ${text}:\n${this.stderr}`));
      });
      look();
    });
  }

  /** Ctrl+C in the terminal: the whole process group in the foreground gets it. */
  pressCtrlC(): void {
    assert.ok(this.child.pid !== undefined);
    process.kill(-this.child.pid, 'SIGINT');
  }

  /** Lets the jobs of `WAITS_FOR_GO` end. */
  async go(): Promise<void> {
    await writeFile(join(this.cwd, 'go'), '');
  }

  terminate(): void {
    this.child.kill('SIGTERM');
  }

  /** What stdout says, with the line breaks that its width brought taken out. */
  get summary(): string {
    return this.stdout.replace(/\s+/g, ' ');
  }

  get outDir(): string {
    return join(this.cwd, PROFILES);
  }

  /** Names of the run folders. */
  async runs(outDir = this.outDir): Promise<string[]> {
    const names = await readdir(outDir).catch(() => []);
    return names.filter((name) => /^\d{8}T/.test(name)).sort();
  }

  async folder(outDir = this.outDir): Promise<RunFolder> {
    const names = await this.runs(outDir);
    assert.equal(names.length, 1, `one run folder, not ${names.length}: ${this.stderr}`);
    return RunFolder.open(join(outDir, names[0]!));
  }

  /** run.json, checked against the schema, with the outcomes of every trial adding up to the plan. */
  async record(outDir = this.outDir): Promise<RunRecord> {
    const text = await readFile((await this.folder(outDir)).path('run.json'), 'utf8');
    return checkedRecord(JSON.parse(text));
  }

  /** Live processes that descend from this run, itself among them. */
  async processes(): Promise<{ readonly pid: number; readonly command: string }[]> {
    const found = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      // A zombie has neither; a process that goes meanwhile can't be read.
      const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
      if (!environment.includes(`${MARK}=${this.#mark}`)) continue;
      const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      if (line !== '') found.push({ pid: Number(name), command: line.replaceAll('\0', ' ').trim() });
    }
    return found;
  }

  /** The process whose command line holds this text, as soon as there is one. */
  async process(text: string): Promise<number> {
    for (;;) {
      const found = (await this.processes()).find(({ command }) => command.includes(text));
      if (found !== undefined) return found.pid;
      assert.ok(this.#isRunning(), `no process ${text}: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Resolves when there is a file of this name in the working folder: something that the workload wrote. */
  async file(name: string): Promise<void> {
    while (!existsSync(join(this.cwd, name))) {
      assert.ok(this.#isRunning(), `no file ${name}: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until no process of the run is left, and fails if that takes too long. */
  async allGone(): Promise<void> {
    const deadline = Date.now() + GONE_LIMIT_MS;
    for (;;) {
      const left = await this.processes();
      if (left.length === 0) return;
      if (Date.now() > deadline)
        assert.fail(`still running:\n${left.map(({ command }) => command).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /**
   * Nothing is left of a run that has ended: no process, no temporary file. One that was killed, or is just ending,
   * may still wait for a CPU to do so; one that sleeps for long was left.
   */
  async leavesNothing(): Promise<void> {
    const deadline = Date.now() + GONE_LIMIT_MS;
    let asleepMs = 0;
    let left = await this.processes();
    while (left.length > 0 && asleepMs < ASLEEP_MS && Date.now() < deadline) {
      const ending = await Promise.all(
        left.map(async ({ pid }) => (await isKilled(pid)) || (await isRunnable(pid))),
      );
      if (!ending.every(Boolean)) asleepMs += LOOK_MS;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      left = await this.processes();
    }
    assert.deepEqual(left, [], 'no process is left');
    assert.deepEqual(await readdir(this.temporary), [], 'no temporary file is left');
  }

  /** One message on stderr, not more, and no stack trace. Returns it, with its advice. */
  complaint(): string {
    return complaintOf(this);
  }
}

/** A run that ends well, with its record. */
export async function completed(
  t: Pick<TestContext, 'after'>,
  argv: string,
  options: CliOptions = {},
): Promise<{ readonly run: CliRun; readonly record: RunRecord }> {
  const run = await CliRun.start(t, argv, options);
  assert.equal(await run.ended, 0, run.stderr);
  return { run, record: await run.record() };
}

export function complaintOf({ stderr }: { readonly stderr: string }): string {
  const [, ...complaints] = stderr.split(/^threadmill: /m);
  assert.equal(complaints.length, 1, `one complaint: ${stderr}`);
  assert.doesNotMatch(stderr, /^ {4}at |node:internal/m);
  return complaints[0]!;
}

/** A record that fits the schema and adds up: what every run must leave, however it ended. */
export function checkedRecord(value: unknown): RunRecord {
  const record = runRecordSchema.parse(value);
  for (const { name, warmups, trials } of record.variants) {
    for (const trial of [...warmups, ...trials]) {
      const sum = OUTCOMES.reduce((total, outcome) => total + trial.outcomes[outcome], 0);
      assert.equal(sum, record.spec.jobs, `${name}, round ${trial.round}: outcomes add up to the plan`);
    }
  }
  return record;
}

export function variantOf(record: RunRecord, name: string): VariantRecord {
  const variant = record.variants.find((each) => each.name === name);
  assert.ok(variant !== undefined, `${name} is in the record`);
  return variant;
}

/** Whether SIGKILL (bit 8) waits for the process, or the process is gone. */
async function isKilled(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const pending = [...status.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm)];
  return pending.length === 0 || pending.some(([, bits]) => (BigInt(`0x${bits}`) & 0x100n) !== 0n);
}

/** Whether a thread of the process is on a CPU, or waits for one or for a disk. */
async function isRunnable(pid: number): Promise<boolean> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const states = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/stat`, 'latin1').catch(() => '')),
  );
  return states.some((stat) => /^ [RD]/.test(stat.slice(stat.lastIndexOf(')') + 1)));
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}
