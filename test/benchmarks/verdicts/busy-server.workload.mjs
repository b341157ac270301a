import { httpWorkload } from 'threadmill';

/** A server limited on purpose: it needs 5 ms of its only thread for each answer, and so gives at most 200 a second. */
export default (settings) =>
  httpWorkload({
    name: 'busy-server',
    baseUrl: settings.baseUrl,
    requests: [
      { name: 'users', path: (job) => `/api/users/${job.position}?latency=1&jitter=0&busy=5`, repeat: 60 },
    ],
  });
