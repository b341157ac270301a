import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  type DestinationStream,
  type Level,
  type Logger,
  pino,
  stdSerializers,
  stdTimeFunctions,
} from 'pino';
import { messageOf } from '../core/errors.ts';
import { redactHeaders, redactText, redactUrl } from '../core/redaction.ts';
import { outputError } from './output-errors.ts';

interface LoggerOptions {
  /** Absolute path of the NDJSON file; appended to, its folder is made. */
  readonly file: string;
  readonly level: Level | 'silent';
  /** On every line. */
  readonly base: {
    readonly runId: string;
    /** `orchestrator`, `server` or `runner`. */
    readonly process: string;
    readonly variant?: string;
  };
}

/** A pino logger. Every line is in the file when the call returns, so a crash loses none. */
export type RunLogger = Logger & {
  /** Closes the file; what is logged afterwards is dropped. Idempotent. */
  close(): void;
};

const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'token', 'secret', 'apiKey'];
const SECRET_PATHS = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]);

/** Opens a log. Throws 'output-unwritable' or 'output-full'; later a line that can't be written is dropped. */
export function createLogger(options: LoggerOptions): RunLogger {
  const file = new LogFile(options.file);
  const logger = pino(
    {
      level: options.level,
      base: { ...options.base, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_PATHS, censor: '***' },
      serializers: {
        url: (url: unknown) => redactUrl(String(url)),
        headers: (headers: unknown) => (isHeaders(headers) ? redactHeaders(headers) : '***'),
        err: serializeError,
        error: (error: unknown) => (error instanceof Error ? serializeError(error) : redacted(error)),
        message: redacted,
      },
      hooks: {
        logMethod(args, method) {
          method.apply(this, safeArguments(args) as Parameters<typeof method>);
        },
      },
    },
    file,
  );
  return Object.assign(logger, {
    close(): void {
      file.close();
    },
  });
}

/** Unbuffered, unlike pino's own destination: that one keeps what a full disk refuses, and tries for ever. */
class LogFile implements DestinationStream {
  #handle: number | null;

  constructor(path: string) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#handle = openSync(path, 'a');
    } catch (thrown) {
      throw outputError(thrown, path);
    }
  }

  write(line: string): void {
    if (this.#handle === null) return;
    try {
      const bytes = Buffer.from(line);
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#handle, bytes, done);
    } catch {
      // The disk is full or gone; whoever writes the run's record next says so.
    }
  }

  close(): void {
    if (this.#handle === null) return;
    closeSync(this.#handle);
    this.#handle = null;
  }
}

/** pino takes the message from the error when there is none, past every serializer: so give it one. */
function safeArguments(args: readonly unknown[]): unknown[] {
  const [first, second, ...rest] = args.map((argument) => redacted(argument));
  const error = first instanceof Error ? first : errorWithin(first);
  if (error === null || second !== undefined) return args.length < 2 ? [first] : [first, second, ...rest];
  return [first instanceof Error ? { err: first } : first, redactText(error.message)];
}

function errorWithin(value: unknown): Error | null {
  if (typeof value !== 'object' || value === null || !('err' in value)) return null;
  return value.err instanceof Error ? value.err : null;
}

function redacted(value: unknown): unknown {
  return typeof value === 'string' ? redactText(value) : value;
}

function isHeaders(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function serializeError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return redactText(messageOf(thrown));
  const plain = stdSerializers.err(thrown);
  return {
    type: plain.type,
    message: redactText(plain.message),
    stack: redactText(plain.stack),
    ...('code' in thrown ? { code: thrown.code } : {}),
  };
}
