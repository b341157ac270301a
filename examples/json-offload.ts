/**
 * Large JSON documents, parsed and aggregated: typical work to offload to a pool. Compare the cost of
 * sending the body with the cost of returning the parsed document.
 *
 *   threadmill bench --workload examples/json-offload.ts --payload 1mb
 *   threadmill bench --workload examples/json-offload.ts --payload 1mb --results digest
 */
import { httpWorkload, type WorkloadSettings } from 'threadmill';

interface Documents {
  items: Record<string, unknown>[];
}

/** Return the parsed document instead of the totals. */
const RETURNS_ALL = process.env.JSON_OFFLOAD === 'parsed';

export default ({ baseUrl, payloadBytes }: WorkloadSettings) =>
  httpWorkload({
    name: 'json-offload',
    baseUrl,
    maxBodyBytes: (payloadBytes ?? 0) + 1_000_000,
    requests: [
      {
        name: 'documents',
        path: (job) => `/api/inventory/${job.position}?latency=5&jitter=0&size=${payloadBytes ?? 100_000}`,
        repeat: 40,
      },
    ],
    process: (response) => {
      const documents = response.json<Documents>();
      return RETURNS_ALL ? documents : totalsOf(documents);
    },
    digest: (_, result) => JSON.stringify(result),
  });

function totalsOf({ items }: Documents): Record<string, number> {
  const totals: Record<string, number> = { items: items.length };
  for (const item of items) {
    for (const [field, value] of Object.entries(item)) {
      if (typeof value === 'number') totals[field] = (totals[field] ?? 0) + value;
    }
  }
  return totals;
}
