/** Exit codes, each with one meaning. Signals exit with 128 + their number. */
export const EXIT = {
  ok: 0,
  usage: 1,
  jobsFailed: 2,
  regression: 3,
  inconclusive: 4,
  aaFailed: 5,
  gateFailed: 99,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** Exit code of a runner or worker process after an uncaught error (EX_SOFTWARE of sysexits.h). */
export const EXIT_UNCAUGHT = 70;

/** In words, for the help and the reference. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'none of these',
  usage: 'wrong usage, nothing was measured, or the report or stdout was not written',
  jobsFailed: 'some jobs failed, or the variants got different responses',
  regression: 'slower or more CPU per job than in the earlier run, and no gate allows it',
  inconclusive: 'inconclusive: too few rounds, too noisy, or a busy machine',
  aaFailed: 'the A/A test (--aa) failed, so nothing else is claimed',
  gateFailed: 'a gate failed (--fail-if, --gate)',
  hungUp: 'stopped by SIGHUP, when a terminal is closed',
  interrupted: 'stopped by Ctrl+C (SIGINT)',
  terminated: 'stopped by SIGTERM',
};

export const SIGNAL_EXITS = {
  SIGHUP: EXIT.hungUp,
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
} as const;

type ErrorCode =
  | 'usage'
  | 'version-missing'
  | 'workload-missing'
  | 'workload-syntax'
  | 'workload-invalid'
  | 'workload-threw'
  | 'workload-empty'
  | 'output-unwritable'
  | 'output-full'
  | 'server-start'
  | 'limit-reached'
  | 'server-unreachable'
  | 'queue-unusable'
  | 'runner-lost'
  | 'capture-failed'
  | 'run-not-found'
  | 'run-unreadable'
  | 'nothing-to-export'
  | 'export-too-large'
  | 'aborted'
  | 'internal';

interface ErrorDetails {
  /** What to do about it, one sentence. */
  readonly advice?: string;
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** The one error that reaches a person: what was wrong and where, what to do, and the exit code. `code` is stable. */
export class ThreadmillError extends Error {
  readonly code: ErrorCode;
  readonly advice: string | undefined;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ThreadmillError';
    this.code = code;
    this.advice = details.advice;
    this.exitCode = details.exitCode ?? EXIT.usage;
  }
}

/** An error as plain data: what may cross a process or thread border. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly advice?: string | undefined;
  readonly stack?: string | undefined;
}

/** The text of anything that was thrown; user code may throw what it likes, `null` included. */
export function messageOf(thrown: unknown): string {
  // Some libraries put an object there, whatever the type says.
  const said: unknown = thrown instanceof Error ? thrown.message : thrown;
  if (thrown instanceof Error && said === '') return thrown.name;
  if (typeof said === 'string') return said;
  try {
    return String(JSON.stringify(said) ?? said);
  } catch {
    return Object.prototype.toString.call(said);
  }
}

/** An error as plain data, as a custom class would lose its code between threads; `threw` for what has none. */
export function toErrorData(thrown: unknown): ErrorData {
  const coded = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : null;
  return {
    code: typeof coded === 'string' ? coded : 'threw',
    message: messageOf(thrown),
    ...(thrown instanceof ThreadmillError && thrown.advice !== undefined ? { advice: thrown.advice } : {}),
    ...(thrown instanceof Error && thrown.stack !== undefined ? { stack: thrown.stack } : {}),
  };
}
