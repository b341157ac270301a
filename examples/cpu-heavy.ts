/**
 * Responses that take longer to process than to fetch: threads win, because one event loop uses one core.
 *
 *   threadmill profile --workload examples/cpu-heavy.ts
 */
import { type HttpResponse, httpWorkload, type WorkloadSettings } from 'threadmill';

interface Catalogue {
  items: Record<string, unknown>[];
}

export default (settings: WorkloadSettings) =>
  httpWorkload({
    name: 'cpu-heavy',
    baseUrl: settings.baseUrl,
    requests: [
      {
        name: 'catalogue',
        path: (job) => `/api/inventory/${job.position}?latency=5&jitter=0&size=4096`,
        repeat: 40,
      },
    ],
    process: findNearDuplicates,
    digest: (_, pairs) => pairs,
  });

/** How many pairs of records are nearly the same text. */
function findNearDuplicates(response: HttpResponse): number {
  const texts = response.json<Catalogue>().items.map((item) => JSON.stringify(item));
  let pairs = 0;
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < Math.min(texts.length, i + 8); j++) {
      if (editDistance(texts[i]!, texts[j]!) < 25) pairs++;
    }
  }
  return pairs;
}

/** Levenshtein's distance, by Wagner and Fischer's table, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1);
    }
    row = next;
  }
  return row[b.length]!;
}
