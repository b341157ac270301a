import { httpWorkload } from 'threadmill';

/** One request as short as a request can be: what is left is the cost of running it. */
export default (settings) =>
  httpWorkload({
    name: 'zero-latency',
    baseUrl: settings.baseUrl,
    requests: [{ name: 'users', path: '/api/users/1?latency=0&size=200' }],
  });
