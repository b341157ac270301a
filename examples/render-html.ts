/**
 * Server-side rendering: orders are fetched, and a page of a few hundred rows is rendered from a template. The page is
 * one string, which is quick to send back from a worker thread.
 *
 *   threadmill bench --workload examples/render-html.ts --payload 50kb
 */
import { httpWorkload, type WorkloadSettings } from 'threadmill';

type Row = Record<string, unknown>;

export default ({ baseUrl, payloadBytes }: WorkloadSettings) =>
  httpWorkload({
    name: 'render-html',
    baseUrl,
    requests: [
      {
        name: 'orders',
        path: (job) => `/api/orders/${job.position}?latency=5&jitter=0&size=${payloadBytes ?? 50_000}`,
        repeat: 60,
      },
    ],
    process: (response) => page(response.json<{ items: Row[] }>().items),
    digest: (_, html) => html,
  });

function page(rows: readonly Row[]): string {
  const head = Object.keys(rows[0] ?? {});
  return `<!doctype html><title>Orders</title><table>
<tr>${head.map((name) => `<th>${escaped(name)}`).join('')}</tr>
${rows.map((row) => `<tr>${head.map((name) => `<td>${escaped(show(row[name]))}`).join('')}</tr>`).join('\n')}
</table>`;
}

function show(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}
