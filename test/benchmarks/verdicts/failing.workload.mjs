import { httpWorkload } from 'threadmill';

/** One request in ten is answered with an error. */
export default (settings) =>
  httpWorkload({
    name: 'failing',
    baseUrl: settings.baseUrl,
    requests: [
      { name: 'users', path: (job) => `/api/users/${job.position}`, repeat: 9 },
      { name: 'broken', path: '/status/500' },
    ],
  });
