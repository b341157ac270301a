import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { listeners } from '../../src/orchestrator/record/target-process.ts';
import { assertNames } from '../support/assert-names.ts';
import { CliRun } from '../support/cli.ts';
import { PROGRAMS, recordProgram, threadsWith } from '../support/recordings.ts';

/** A program that was started without us. */
class Program {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The exit code, or the signal. */
  readonly ended: Promise<number | string | null>;
  #said = '';

  private constructor(child: ChildProcess) {
    this.child = child;
    this.pid = child.pid!;
    this.ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string | null);
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
  }

  static async start(t: Pick<TestContext, 'after'>, argv: readonly string[]): Promise<Program> {
    const { NODE_OPTIONS, ...env } = process.env;
    const child = spawn('node', argv, { stdio: ['pipe', 'pipe', 'inherit'], env });
    t.after(() => child.kill('SIGKILL'));
    const program = new Program(child);
    await program.line();
    return program;
  }

  async line(): Promise<string> {
    while (!this.#said.includes('\n')) {
      await Promise.race([once(this.child.stdout!, 'data'), this.ended]);
      const how = this.child.exitCode ?? this.child.signalCode;
      if (how !== null && !this.#said.includes('\n')) assert.fail(`the program ended: ${how}`);
    }
    const [line = '', ...rest] = this.#said.split('\n');
    this.#said = rest.join('\n');
    return line;
  }

  /**
   * Resolves when the main thread and three workers are as they were at their start: at once, or within 500 heartbeats
   * of a thread that did not get to it.
   */
  async isAsBefore(): Promise<void> {
    for (const end = performance.now() + 60_000; ; ) {
      this.child.stdin!.write('?');
      const states = JSON.parse(await this.line()) as boolean[];
      if (states.every(Boolean)) return;
      assert.ok(performance.now() < end, String(states));
    }
  }

  /** How many threads and open files it has. */
  counts(): string {
    return ['task', 'fd'].map((what) => readdirSync(`/proc/${this.pid}/${what}`).length).join();
  }

  end(): Promise<number | string | null> {
    this.child.stdin!.end();
    return this.ended;
  }
}

const ATTACHED = join(PROGRAMS, 'attached.cjs');
const IDLE = 'console.log(1); setInterval(() => {}, 1000);';

/** One after another: they share the port of the inspector. */
describe('record: a process that runs already', () => {
  test('--pid, twice: every thread is recorded, and all of them are as before afterwards', async (t) => {
    const program = await Program.start(t, [ATTACHED]);
    let counts: string | null = null;
    for (let time = 0; time < 2; time++) {
      const recorded = await recordProgram(t, ['--pid', String(program.pid), '--duration', '3s']);
      assert.equal(recorded.code, 0, recorded.run.stderr);
      const { recording } = recorded;
      assert.equal(recording.processes.length, 1);
      assert.equal(recording.processes[0]!.pid, program.pid);
      assert.equal(recording.processes[0]!.ended, 'in-order');
      assert.equal(recording.name, 'attached.cjs');
      assert.equal(recording.threads.length, 5);
      assert.ok(recording.threads.every(({ lag }) => lag !== null));
      assert.equal(threadsWith(recorded, 'mainWork').length, 1);
      assert.equal(threadsWith(recorded, 'workerWork').length, 3);
      const [waiting] = threadsWith(recorded, 'waitingWork');
      assert.ok(waiting!.busyMs < 0.5 * waiting!.sampledMs, 'Atomics.wait is no work');
      await program.isAsBefore();
      assert.deepEqual(listeners(program.pid), []);
      // Node itself keeps something of the first inspector; the recorder's own thread leaves 2 s after its recording.
      if (counts === null) {
        await pause(4_000);
        counts = program.counts();
      }
      for (const end = performance.now() + 60_000; program.counts() !== counts; await pause(50)) {
        assert.ok(performance.now() < end, `${program.counts()}, after the first recording ${counts}`);
      }
    }
    assert.equal(await program.end(), 7);
  });

  test('Ctrl+C ends the recording, not the process; a process that ends leaves what was recorded', async (t) => {
    const program = await Program.start(t, [ATTACHED]);
    const argv = ['record', '--pid', String(program.pid), '--duration', '10min'];
    const interrupted = await CliRun.start(t, argv);
    await interrupted.said(/recording process/);
    interrupted.pressCtrlC();
    assert.equal(await interrupted.ended, 0, interrupted.stderr);
    assert.equal((await interrupted.runs()).length, 1);
    await program.isAsBefore();

    const left = await CliRun.start(t, argv);
    await left.said(/recording process/);
    assert.equal(await program.end(), 7);
    assert.equal(await left.ended, 0, left.stderr);
    assert.equal((await left.runs()).length, 1);
  });

  for (const [what, option] of [
    ['--inspect', (port: number) => ['--inspect', `127.0.0.1:${port}`]],
    ['--pid', (_: number, pid: number) => ['--pid', String(pid)]],
  ] as const) {
    test(`${what} of a process with an inspector of its own: recorded, and the inspector stays open`, async (t) => {
      const program = await Program.start(t, ['--inspect=127.0.0.1:0', ATTACHED]);
      const before = listeners(program.pid);
      const { port } = before[0]!;
      const recorded = await recordProgram(t, [...option(port, program.pid), '--duration', '3s']);
      assert.equal(recorded.code, 0, recorded.run.stderr);
      assert.equal(threadsWith(recorded, 'workerWork').length, 3);
      assert.deepEqual(listeners(program.pid), before);
      await program.isAsBefore();
    });
  }

  for (const [what, argv, fact] of [
    ['a handler of its own for SIGUSR1', ['-e', `process.on('SIGUSR1', () => {}); ${IDLE}`], 'SIGUSR1'],
    ['--cpu-prof', ['--cpu-prof', '--cpu-prof-dir=/tmp', '-e', IDLE], '--cpu-prof'],
    ['an inspector for other machines', ['--inspect-port=0.0.0.0:9229', '-e', IDLE], 'other machines'],
  ] as const) {
    test(`a process with ${what}: one message, exit code 1, no folder, and it lives`, async (t) => {
      const program = await Program.start(t, argv);
      await refused(t, ['--pid', String(program.pid)], fact);
      assert.equal(program.child.exitCode ?? program.child.signalCode, null);
    });
  }

  test('a program that is not Node, a process that is not there, a taken port: one message, and no signal', async (t) => {
    const other = spawn('sleep', ['100']);
    t.after(() => other.kill());
    await refused(t, ['--pid', String(other.pid)], String(other.pid), 'sleep');
    assert.equal(other.signalCode, null);
    await refused(t, ['--pid', '4194304'], '4194304');
    await refused(t, ['--pid', '1', '--', 'node'], 'command');
    await refused(t, ['--inspect', '10.0.0.1:9229'], '10.0.0.1');
    await refused(t, ['--inspect', '127.0.0.1:1'], '127.0.0.1:1');
    const taken = createServer().listen(9_229, '127.0.0.1');
    t.after(() => taken.close());
    await once(taken, 'listening');
    const program = await Program.start(t, [ATTACHED]);
    await refused(t, ['--pid', String(program.pid)], 'port 9229');
    await program.isAsBefore();
  });

  test('a process that is recorded already: one message, and that recording goes on', async (t) => {
    const run = await CliRun.start(t, ['record', '--', 'node', '-e', `console.log(process.pid); ${IDLE}`]);
    await new Promise<void>((resolve) => run.child.stdout!.once('data', () => resolve()));
    await refused(t, ['--pid', run.stdout.trim().split('\n')[0]!], 'recorded already');
    run.terminate();
    assert.equal(await run.ended, 143);
    assert.equal((await run.runs()).length, 1);
  });
});

async function refused(t: TestContext, argv: readonly string[], ...facts: readonly string[]): Promise<void> {
  const run = await CliRun.start(t, ['record', ...argv]);
  assert.equal(await run.ended, 1, run.stderr);
  assertNames(run.complaint(), ...facts);
  assert.deepEqual(await run.runs(), []);
}
