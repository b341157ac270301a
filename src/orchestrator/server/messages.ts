import type { ErrorData } from '../../core/errors.ts';
import type { Injected } from './faults/injector.ts';
import type { ServeOptions } from './options.ts';
import type { ServerUsage } from './usage.ts';

/** What the server's process is started with: its only argument, as JSON. Whoever starts it has checked it. */
export interface ServerStart {
  readonly options: ServeOptions;
  /** NDJSON log; null: none. */
  readonly logFile: string | null;
  readonly runId: string;
}

export type ServerRequest = { readonly type: 'stop' | Question };

/** What a server can be asked. */
export type Question = 'usage' | 'injected';

/** What the server's process says: `listening` or `failed` once, then an answer to each question. */
export type ServerMessage =
  | {
      readonly type: 'listening';
      readonly port: number;
      readonly url: string;
      readonly pid: number;
      readonly certificate: string | null;
    }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | ({ readonly type: 'usage' } & ServerUsage)
  | ({ readonly type: 'injected' } & Injected);
