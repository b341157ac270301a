/** What an executor tells of its jobs in a traced trial. */
export interface JobTrace {
  readonly requests: RequestEvents;
  readonly code: UserCodeTimer;
}

export interface RequestEvents {
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
