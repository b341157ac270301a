import { type ErrorData, ThreadmillError } from '../../core/errors.ts';
import { redactText } from '../../core/redaction.ts';
import type { VariantName } from '../../core/variants.ts';
import { placeInSource } from './error-location.ts';

/** How a runner is said to have ended that was given up because it did not get ready. */
export function notReadyAfter(ms: number): string {
  return `was not ready after ${ms / 1000} s`;
}

/**
 * A runner's process ended before it was ready.
 * @param how `exited with code 1`
 * @param last its last output after a colon
 */
export function endedBeforeReady(variant: VariantName, how: string, last: string): ThreadmillError {
  const givenUp = how.startsWith('was not ready');
  return new ThreadmillError(
    'runner-lost',
    `the runner of ${variant} ${how}${givenUp ? '' : ' before it was ready'}${last}`,
    {
      advice: givenUp
        ? 'In each of its threads the workload is loaded and its `setup` is run: one of these does not end.'
        : `What it printed is in logs/runner-${variant}.out of the run folder; the workload’s \`setup\` ran there.`,
    },
  );
}

export async function couldNotOpen(variant: VariantName, error: ErrorData): Promise<ThreadmillError> {
  const said = redactText(error.message);
  if (error.code === 'queue-unusable' || error.code === 'usage') {
    return new ThreadmillError(error.code, said, error.advice === undefined ? {} : { advice: error.advice });
  }
  // Its message says what to change; the place where it was found is ours.
  if (error.code === 'workload-invalid') {
    return new ThreadmillError('workload-threw', `the workload cannot run as ${variant}: ${said}`);
  }
  return new ThreadmillError(
    'workload-threw',
    `the workload could not be opened for ${variant}: ${said}${await placeInSource(error)}`,
    {
      advice:
        error.advice ??
        'Another process loaded it just before: look for something that only one process can hold, such as a port or a file.',
    },
  );
}
