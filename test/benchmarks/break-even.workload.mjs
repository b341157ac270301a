import { httpWorkload } from 'threadmill';

/** A body of `--payload` bytes that nobody parses, and `--cpu` of work: what is moved costs more than nothing. */
export default ({ baseUrl, payloadBytes, cpuMs, cpuIterationsPerMs }) =>
  httpWorkload({
    name: 'break-even',
    baseUrl,
    requests: [{ name: 'users', path: `/api/users/1?latency=0&size=${payloadBytes}` }],
    process: (response) => crunch(response.body.length, Math.round(cpuMs * cpuIterationsPerMs)),
    digest: (_, score) => score,
  });

/** The steps that `--cpu` is calibrated by. */
function crunch(seed, iterations) {
  let state = seed | 1;
  for (let i = 0; i < iterations; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
