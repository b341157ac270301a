import type { IncomingHttpHeaders } from 'node:http';

/** A response that has arrived whole: what a workload's `process` gets. */
export class HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;

  constructor(status: number, headers: IncomingHttpHeaders, body: Buffer) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  text(): string {
    return this.body.toString('utf8');
  }

  /** Throws SyntaxError if the body is not JSON: the job then ends as `threw`. */
  json<T = unknown>(): T {
    return JSON.parse(this.text()) as T;
  }
}
