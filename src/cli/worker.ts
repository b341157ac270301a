import { Command } from 'commander';
import { EXIT, ThreadmillError } from '../core/errors.ts';
import { formatCount } from '../core/format.ts';
import { LIMITS } from '../core/limits.ts';
import { killGroup, startNode } from '../core/processes/start-node.ts';
import { workerFile } from '../core/processes/worker-file.ts';
import { redactUrl } from '../core/redaction.ts';
import type { WorkerEvent, WorkerStart } from '../engine/variants/queue/messages.ts';
import { QUEUE_URL_VARIABLE } from '../engine/variants/queue/protocol.ts';
import { checkQueuePackages } from '../engine/variants/queue/redis.ts';
import { WORKER_EXAMPLES, withExamples } from './help.ts';
import { listenForSignals } from './signals.ts';
import { queueUrl, wholeNumber } from './values.ts';

interface WorkerOptions {
  readonly queue?: string;
  readonly concurrency?: number;
  readonly threads: number;
}

export function workerCommand(done: (code: number) => void): Command {
  const command = new Command('worker')
    .description(
      'Run jobs of distributed-queue for runs on other machines, until SIGTERM or Ctrl+C: it then finishes what it has.',
    )
    .option(
      '--queue <url>',
      `the queue of the run: redis://… or rediss://… (default: ${QUEUE_URL_VARIABLE})`,
      queueUrl('--queue'),
    )
    .option(
      '--concurrency <n>',
      'concurrent jobs (default: the run’s, divided by its workers)',
      wholeNumber('--concurrency', 1, LIMITS.concurrency),
    )
    .option('--threads <n>', 'worker threads that run them', wholeNumber('--threads', 1, LIMITS.workers), 1)
    .action(async (options: WorkerOptions) => done(await work(options)));
  return withExamples(command, WORKER_EXAMPLES);
}

/** @throws {ThreadmillError} 'usage' and 'queue-unusable' */
async function work({ queue, concurrency, threads }: WorkerOptions): Promise<number> {
  const fromEnvironment = process.env[QUEUE_URL_VARIABLE];
  if (queue === undefined && !fromEnvironment) {
    throw new ThreadmillError('usage', '--queue is missing', {
      advice: `Give the URL of the run's queue, or set ${QUEUE_URL_VARIABLE}.`,
    });
  }
  const url = queue ?? queueUrl(QUEUE_URL_VARIABLE)(fromEnvironment ?? '');
  if (url === 'embedded') {
    throw new ThreadmillError('usage', '--queue: no worker can join an embedded queue', {
      advice: 'Give the URL of the server that the run uses.',
    });
  }
  checkQueuePackages();
  const child = startNode(['--expose-gc', workerFile('queue-worker')], {
    stdout: 'inherit',
    stderr: 'inherit',
    ipc: true,
    // Not by the command line, where all users of the machine see it.
    env: { ...process.env, [QUEUE_URL_VARIABLE]: url },
  });
  const stop = listenForSignals(() => void killGroup(child, 'SIGTERM'));
  let failure: ThreadmillError | null = null;
  child.on('message', (event: WorkerEvent) => {
    if (event.type === 'failed') failure = failureOf(event);
    else process.stderr.write(`${lineOf(event, redactUrl(url))}\n`);
  });
  const start: WorkerStart = { concurrency: concurrency ?? null, threads, only: null };
  if (child.connected) child.send(start, () => {});
  const how = await new Promise<string | null>((resolve) => {
    child.on('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      resolve(code === 0 ? null : signal === null ? `exited with code ${code}` : `was killed by ${signal}`);
    });
  });
  stop.dispose();
  if (failure !== null) throw failure;
  if (how !== null) throw new ThreadmillError('runner-lost', `the process of the worker ${how}`);
  return EXIT.ok;
}

function failureOf({ error }: WorkerEvent & { type: 'failed' }): ThreadmillError {
  const { code, message, advice } = error;
  const known = code === 'queue-unusable' || code === 'usage' ? code : 'workload-threw';
  const said = known === 'workload-threw' ? `the workload could not be opened: ${message}` : message;
  return new ThreadmillError(known, said, advice === undefined ? {} : { advice });
}

function lineOf(event: Exclude<WorkerEvent, { type: 'failed' }>, shown: string): string {
  switch (event.type) {
    case 'waiting':
      return `Waiting for a run on ${shown}`;
    case 'joined':
      return `Joined run ${event.run} as worker ${event.worker}: ${event.concurrency} concurrent jobs`;
    case 'run-ended':
      return `Run ${event.run} ended: ${formatCount(event.jobs)} jobs ran here`;
    case 'left':
      return 'Left the queue';
  }
}
