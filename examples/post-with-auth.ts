/**
 * Every method, headers for all requests and for one, JSON and raw bodies, and a token from the environment:
 *
 *   API_TOKEN=… threadmill bench --workload examples/post-with-auth.ts --url https://api.example.com
 *
 * Without --url it runs against the embedded server, whose /echo answers with what it was sent.
 */
import { httpWorkload, type WorkloadSettings } from 'threadmill';

interface Echo {
  method: string;
  headers: Record<string, string>;
  bodyBytes: number;
}

const order = { customer: 42, lines: [{ sku: 'A-100', quantity: 3 }] };

export default (settings: WorkloadSettings) =>
  httpWorkload({
    name: 'post-with-auth',
    baseUrl: settings.baseUrl,
    // Never shown or logged: Threadmill redacts authorization and cookies.
    headers: { authorization: `Bearer ${process.env.API_TOKEN ?? 'demo'}`, accept: 'application/json' },
    requests: [
      { name: 'create', method: 'POST', path: '/echo/orders', body: order, repeat: 10 },
      {
        name: 'replace',
        method: 'PUT',
        // Paths and bodies may depend on the job; they must not depend on the clock or on chance.
        path: (job) => `/echo/orders/${job.position}`,
        body: (job) => ({ ...order, customer: job.position }),
        repeat: 10,
      },
      { name: 'amend', method: 'PATCH', path: '/echo/orders/7', body: { note: 'urgent' }, repeat: 10 },
      {
        name: 'import',
        method: 'POST',
        path: '/echo/import',
        headers: { 'content-type': 'text/csv' },
        body: 'sku,quantity\nA-100,3\nB-200,1\n',
        repeat: 10,
      },
      { name: 'remove', method: 'DELETE', path: '/echo/orders/7', repeat: 10 },
    ],
    process: (response) => response.json<Echo>(),
    // The server's connection details differ by nature, so only the request is compared.
    digest: (response, echo) => [response.status, echo.method, echo.bodyBytes],
  });
