import { httpWorkload } from 'threadmill';

/** What the other load generators ask for as well: see agreement.ts. */
export default ({ baseUrl, latencyMs }) =>
  httpWorkload({
    name: 'agreement',
    baseUrl,
    requests: [{ name: 'users', path: `/api/users/1?latency=${latencyMs}&jitter=0&size=200` }],
  });
