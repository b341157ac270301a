import { httpWorkload } from 'threadmill';
import { totalsOf } from './bare/json-totals.mjs';

/** A body of `--payload` bytes, parsed and summed up. */
export default ({ baseUrl, payloadBytes }) =>
  httpWorkload({
    name: 'json',
    baseUrl,
    requests: [{ name: 'users', path: `/api/users/1?latency=0&size=${payloadBytes}` }],
    process: (response) => totalsOf(response.text()),
    digest: (_, totals) => JSON.stringify(totals),
  });
