import type { RunRecord } from '../../core/documents/run-record.ts';
import { EXIT, messageOf, SIGNAL_EXITS, ThreadmillError } from '../../core/errors.ts';
import { redactText } from '../../core/redaction.ts';

interface Failed {
  readonly status: 'failed';
  readonly exitCode: number;
  readonly failure: NonNullable<RunRecord['failure']>;
}

/** What a record says of a run, or a sweep, that ended with this. */
export function failedWith(thrown: unknown): Failed {
  const known = thrown instanceof ThreadmillError ? thrown : null;
  return {
    status: 'failed',
    exitCode: known?.exitCode ?? EXIT.usage,
    failure: {
      code: known?.code ?? 'internal',
      message: redactText(messageOf(thrown)),
      advice: known?.advice ?? null,
    },
  };
}

/** Of what was stopped from outside; the reason of the abort is the signal's name. */
export function abortedExitCode(signal: AbortSignal): number {
  return SIGNAL_EXITS[signal.reason as keyof typeof SIGNAL_EXITS] ?? EXIT.interrupted;
}
