/** What an executor tells of its jobs in a traced trial. */
export interface JobTrace {
  readonly requests: RequestEvents;
  readonly code: UserCodeTimer;
  readonly attempts: AttemptLog;
}

export interface AttemptLog {
  /**
   * One request of a job that sends more than one. It ended just now.
   * @param outcome code of OUTCOMES
   * @param status HTTP status; 0 where there is none
   */
  ended(position: number, tookMs: number, outcome: number, status: number): void;
}

/** A request is known by whatever object stands for it. */
export interface ClientEvents {
  sending(event: { readonly request: object; readonly socket: object }): void;
  bodySent(event: { readonly request: object }): void;
  headers(event: { readonly request: object; readonly response: { readonly statusCode: number } }): void;
  ended(event: { readonly request: object }): void;
  failed(event: { readonly request: object }): void;
}

export interface RequestEvents extends ClientEvents {
  /** A job hands its request to the client. */
  dispatched(position: number): void;
  /** The request that is put on a connection next is that of this job, which has been `dispatched`. */
  next(position: number): void;
}

export interface UserCodeTimer {
  /** Runs a function of the user in a job's name; its result, or error, passes through. */
  computing<T>(position: number, run: () => T): T;
  /** The same for a function that reads a response. */
  processing<T>(position: number, run: () => T): T;
}
