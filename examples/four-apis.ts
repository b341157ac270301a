/**
 * Four APIs with different latencies and payloads, each response parsed and aggregated. This is what
 * `threadmill bench` runs without `--workload`.
 */
import { type HttpResponse, httpWorkload, type WorkloadSettings } from 'threadmill';

interface Payload {
  items: Record<string, unknown>[];
}

export default (settings: WorkloadSettings) => {
  const iterations = Math.round(settings.cpuMs * settings.cpuIterationsPerMs);
  const query = queryOf(settings);
  const api = (name: string) => ({
    name,
    // The position makes each job's URL its own: the server draws its latency from it, the same in every variant.
    path: (job: { position: number }) => `/api/${name}/${job.position}${query}`,
    headers: { accept: 'application/json' },
    repeat: 10,
  });
  return httpWorkload({
    name: 'four-apis',
    baseUrl: settings.baseUrl,
    // A response is up to 4 KB longer than `--payload`: the item that it begins with is whole.
    maxBodyBytes: Math.max(33_554_432, (settings.payloadBytes ?? 0) + 4_096),
    requests: [api('users'), api('orders'), api('inventory'), api('recommendations')],
    process: (response) => {
      const totals = aggregate(response);
      return iterations > 0 ? { totals, score: crunch(response.body.length, iterations) } : { totals };
    },
    digest: (response, result) => JSON.stringify([response.status, result]),
  });
};

/** Sums every numeric field over all items: typical work of a client. */
function aggregate(response: HttpResponse): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const item of response.json<Payload>().items ?? []) {
    for (const [field, value] of Object.entries(item)) {
      if (typeof value === 'number') totals[field] = (totals[field] ?? 0) + value;
    }
  }
  return totals;
}

/** Stands for real CPU work on a response (`--cpu`): a fixed number of steps, so every variant does the same work. */
function crunch(seed: number, iterations: number): number {
  let state = seed | 1;
  for (let i = 0; i < iterations; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}

function queryOf(settings: WorkloadSettings): string {
  const query = new URLSearchParams();
  if (settings.latencyMs !== null) query.set('latency', String(settings.latencyMs));
  query.set('jitter', String(settings.jitter));
  if (settings.payloadBytes !== null) query.set('size', String(settings.payloadBytes));
  return `?${query}`;
}
