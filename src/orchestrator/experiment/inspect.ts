import { pathToFileURL } from 'node:url';
import type { WorkloadSettings } from '../../core/documents/spec.ts';
import { type ErrorData, ThreadmillError } from '../../core/errors.ts';
import { killGroup, startNode } from '../../core/processes/start-node.ts';
import { workerFile } from '../../core/processes/worker-file.ts';
import { redactText } from '../../core/redaction.ts';
import type { InspectReply, InspectRequest, WorkloadFacts } from '../../runner/inspect-workload.ts';
import { orAborted } from './abort.ts';
import { errorLocation } from './error-location.ts';
import { type NodeLaunch, THIS_NODE } from './runner-process.ts';

export const LOADING_LIMIT_MS = 30_000;
const STDERR_KEPT = 2_000;

/**
 * Loads the bundled workload in a process of its own and learns what it is. A workload that throws, exits or
 * hangs while it is loaded ends here, with one error that names its file.
 */
export async function inspectBundle(
  bundle: string,
  shownAs: string,
  settings: WorkloadSettings,
  signal: AbortSignal,
  limitMs = LOADING_LIMIT_MS,
  { execPath, env }: NodeLaunch = THIS_NODE,
): Promise<WorkloadFacts> {
  const child = startNode(['--enable-source-maps', workerFile('workload-inspector')], {
    stdout: 'ignore',
    stderr: 'pipe',
    ipc: true,
    env: { ...process.env, ...env },
    execPath,
  });
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const reply = new Promise<InspectReply>((resolve, reject) => {
    const limit = setTimeout(
      () => reject(threw(shownAs, `did not finish loading within ${limitMs / 1000} s`)),
      limitMs,
    );
    child.once('message', (message) => resolve(message as InspectReply));
    child.once('error', reject);
    // Not 'exit': what it printed last may not have been read by then.
    child.once('close', (code, killed) => {
      clearTimeout(limit);
      const how = killed === null ? `with exit code ${code}` : `by ${killed}`;
      const last = tellingLine(stderr);
      reject(threw(shownAs, `ended its process ${how} while it was loaded${last === '' ? '' : `: ${last}`}`));
    });
  });
  try {
    const request: InspectRequest = { bundleUrl: pathToFileURL(bundle).href, settings };
    child.send(request, () => {});
    const answer = await orAborted(reply, signal);
    if (answer.type === 'failed') throw asError(answer.error, shownAs);
    if (answer.facts.items === 0) {
      throw new ThreadmillError('workload-empty', `${shownAs} has no jobs`, {
        advice: 'Its `jobs` (or `requests`) must name at least one.',
      });
    }
    return answer.facts;
  } finally {
    killGroup(child, 'SIGKILL');
  }
}

/** Of what a process printed before it ended: the line with the error, else the last that is not Node's own. */
function tellingLine(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trimEnd());
  const error = lines.findLast((line) => /^[\w$.]*Error(?: \[\w+\])?: /.test(line));
  const last = lines.findLast((line) => line !== '' && !/^(?:Node\.js v|\s+at )/.test(line));
  return redactText(error ?? last ?? '');
}

function asError(error: ErrorData, shownAs: string): ThreadmillError {
  if (error.code === 'workload-invalid') {
    return new ThreadmillError('workload-invalid', `${shownAs}: ${redactText(error.message)}`, {
      advice:
        'Export a workload by default: defineWorkload({…}), httpWorkload({…}), or a function that returns one.',
    });
  }
  return threw(shownAs, `threw while it was loaded: ${redactText(error.message)}${errorLocation(error)}`);
}

function threw(shownAs: string, what: string): ThreadmillError {
  return new ThreadmillError('workload-threw', `${shownAs} ${what}`, {
    advice: 'Loading a workload file should only define it; do the work in `run`, or in `setup`.',
  });
}
