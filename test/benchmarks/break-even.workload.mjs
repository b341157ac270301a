import { httpWorkload } from 'threadmill';
import { referenceLoop } from '../../src/workload/calibrate.ts';

/** A body of `--payload` bytes that nobody parses, and `--cpu` of work: what is moved costs more than nothing. */
export default ({ baseUrl, payloadBytes, cpuMs, cpuIterationsPerMs }) =>
  httpWorkload({
    name: 'break-even',
    baseUrl,
    requests: [{ name: 'users', path: `/api/users/1?latency=0&size=${payloadBytes}` }],
    process: (response) => referenceLoop(response.body.length, Math.round(cpuMs * cpuIterationsPerMs)),
    digest: (_, score) => score,
  });
