/** HTTP/1.1, HTTP/2, or whichever the server prefers. */
export const HTTP_PROTOCOLS = ['h1', 'h2', 'auto'] as const;
export type HttpProtocol = (typeof HTTP_PROTOCOLS)[number];

/** Names the job of a request to a server that injects faults: `<position>.<attempt>`, both from 0. */
export const JOB_HEADER = 'x-threadmill-job';
/** Its value where a request is no job of a trial, and must have no fault. */
export const NOT_A_JOB = 'none';
