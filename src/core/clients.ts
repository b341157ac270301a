/** What the lint of a comparison of clients knows of one: how it differs from a loop that sends the plain request. */
interface ClientFacts {
  /** npm package that is loaded; null: a part of Node. */
  readonly package: string | null;
  /** It is not installed with Threadmill. */
  readonly optional: boolean;
  /** Names of the headers that it adds to a request, and that can't be left out. */
  readonly addedHeaders: readonly string[];
  /** Bodies with a content-encoding reach the workload decompressed, and that can't be turned off. */
  readonly decompresses: boolean;
  /** The traced pass has the phases of its requests. */
  readonly tellsPhases: boolean;
}

const NODE_HTTP = {
  optional: false,
  addedHeaders: [],
  decompresses: false,
  tellsPhases: false,
} as const;
const FETCH = {
  addedHeaders: ['accept', 'accept-encoding', 'accept-language', 'sec-fetch-mode', 'user-agent'],
  decompresses: true,
  tellsPhases: false,
} as const;
const UNDICI = {
  package: 'undici',
  optional: false,
  addedHeaders: [],
  decompresses: false,
  tellsPhases: true,
} as const;

/** Clients that the requests of `httpWorkload` can be sent by; the first is the default. A test holds the facts. */
export const CLIENT_FACTS = {
  'undici-dispatch': UNDICI,
  'undici-request': { ...UNDICI, tellsPhases: false },
  fetch: { ...FETCH, package: null, optional: false },
  'node-http': { ...NODE_HTTP, package: null },
  axios: { ...NODE_HTTP, package: 'axios', optional: true },
  got: { ...NODE_HTTP, package: 'got', optional: true },
  ky: { ...FETCH, package: 'ky', optional: true },
} as const satisfies Readonly<Record<string, ClientFacts>>;

export type ClientName = keyof typeof CLIENT_FACTS;
export const CLIENT_NAMES = Object.keys(CLIENT_FACTS) as [ClientName, ...ClientName[]];
export const DEFAULT_CLIENT = 'undici-dispatch';
/** Packages that are not installed with Threadmill. */
export const CLIENT_PACKAGES = CLIENT_NAMES.filter((name) => CLIENT_FACTS[name].optional);
