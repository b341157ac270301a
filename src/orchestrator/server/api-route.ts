import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ServerState,
  sendAscii,
  sendError,
  sendNothing,
  streamRepeated,
  withoutContent,
  writeJsonHead,
} from './answer.ts';
import { drawLatencyMs, type LatencyModel, timerMs } from './latency.ts';
import type { ServeOptions } from './options.ts';
import { PayloadSource, SHARDS } from './payload.ts';
import { checkJitter, parseApiQuery } from './query.ts';
import { hashText } from './random.ts';
import { APIS, DEFAULT_DISTRIBUTION, DEFAULT_JITTER } from './records.ts';

const PREFIX_LENGTH = '/api/'.length;
/** Kept per API: the queries of a plan are few, its ids are many. */
const MAX_PLANS = 256;
/** Characters that a URL may have in a path segment (RFC 3986) and that JSON need not escape. */
const ID = /^[\w.~!$&'()*+,;=:@%-]{1,1024}$/;

type Plan = Readonly<LatencyModel & { payloadBytes: number; status: number; busyMs: number }>;

interface Api {
  readonly source: PayloadSource;
  readonly defaults: Plan;
  readonly plans: Map<string, Plan>;
}

/** `/api/<name>/<id>`. Latency and bytes depend on seed and URL alone, so a job has the same in every variant. */
export class ApiRoute {
  readonly #state: ServerState;
  readonly #apis = new Map<string, Api>();

  constructor(state: ServerState, options: ServeOptions) {
    this.#state = state;
    for (const [name, api] of Object.entries(APIS)) {
      const defaults: Plan = {
        distribution: options.distribution ?? DEFAULT_DISTRIBUTION,
        meanMs: options.latencyMs ?? api.latencyMs,
        jitter: options.jitter ?? DEFAULT_JITTER,
        payloadBytes: options.payloadBytes ?? api.payloadBytes,
        status: 200,
        busyMs: 0,
      };
      const source = new PayloadSource(name, api, hashText(name, options.seed));
      this.#apis.set(name, { source, defaults, plans: new Map() });
    }
  }

  /** @throws {BadRequest} */
  handle(request: IncomingMessage, response: ServerResponse, url: string): void {
    const queryAt = url.indexOf('?');
    const path = queryAt === -1 ? url : url.slice(0, queryAt);
    const slash = path.indexOf('/', PREFIX_LENGTH);
    const api = slash === -1 ? undefined : this.#apis.get(path.slice(PREFIX_LENGTH, slash));
    const id = path.slice(slash + 1);
    if (api === undefined || !ID.test(id)) {
      const names = [...this.#apis.keys()].join(', ');
      sendError(this.#state, response, 404, `the APIs are /api/<name>/<id> with a name of ${names}`);
      return;
    }
    const plan = queryAt === -1 ? api.defaults : planOf(api, url.slice(queryAt + 1));
    const hash = hashText(url, this.#state.seed);
    const delayMs = timerMs(drawLatencyMs(plan, hash));
    if (delayMs === 0) {
      this.#answer(request, response, api, plan, id, hash);
      return;
    }
    const timer = setTimeout(() => this.#answer(request, response, api, plan, id, hash), delayMs);
    response.once('close', () => clearTimeout(timer));
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    api: Api,
    plan: Plan,
    id: string,
    hash: number,
  ): void {
    const state = this.#state;
    if (plan.busyMs > 0) occupy(plan.busyMs);
    if (withoutContent(plan.status)) {
      sendNothing(state, response, plan.status);
      return;
    }
    const head = api.source.head(id, hash);
    const tail = api.source.tail(plan.payloadBytes, hash % SHARDS);
    if (tail.kind === 'text') {
      sendAscii(state, response, plan.status, head + tail.text);
      return;
    }
    writeJsonHead(state, response, plan.status, head.length + tail.length);
    if (request.method !== 'HEAD') response.write(head, 'latin1');
    streamRepeated(request, response, tail.chunk, tail.repeats, tail.text);
  }
}

function planOf(api: Api, query: string): Plan {
  const known = api.plans.get(query);
  if (known !== undefined) return known;
  const asked = parseApiQuery(query);
  const plan: Plan = {
    distribution: asked.distribution ?? api.defaults.distribution,
    meanMs: asked.latencyMs ?? api.defaults.meanMs,
    jitter: asked.jitter ?? api.defaults.jitter,
    payloadBytes: asked.payloadBytes ?? api.defaults.payloadBytes,
    status: asked.status ?? api.defaults.status,
    busyMs: asked.busyMs ?? api.defaults.busyMs,
  };
  checkJitter(plan.distribution, plan.jitter);
  if (api.plans.size >= MAX_PLANS) api.plans.clear();
  api.plans.set(query, plan);
  return plan;
}

/** Blocks this server's only thread, by the clock: a server of known, low capacity. */
function occupy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
