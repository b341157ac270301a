import { minRoundsFor } from '../../analysis/warnings/rounds.ts';
import {
  CLIENT_FACTS,
  CLIENT_NAMES,
  CLIENT_PACKAGES,
  type ClientName,
  DEFAULT_CLIENT,
} from '../../core/clients.ts';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import type { RunSpec, WorkloadSettings } from '../../core/documents/spec.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { DEFAULT_CONCURRENCY } from '../../core/limits.ts';
import { pick, specFields } from '../../core/option-fields.ts';
import { packageVersion } from '../../core/package-versions.ts';
import { redactUrl } from '../../core/redaction.ts';
import { minRoundsForSequence } from '../../core/statistics/confidence-sequence.ts';
import {
  clientOf,
  DEFAULT_ATTEMPTS,
  POOL_LIBRARIES,
  retries,
  usualVariants,
  VARIANT_FACTS,
  VARIANT_NAMES,
  type VariantName,
  variantsFor,
  withClients,
  withPools,
} from '../../core/variants.ts';
import { readCpuAllowance } from '../../engine/measurement/cpu-allowance.ts';
import type { WorkloadFacts } from '../../runner/inspect-workload.ts';

/** Enough to show overlap at a glance, and few enough for any development server. */
const MAX_DEFAULT_WORKERS = 4;

/** In the run folder. It ends in .js because Clinic takes .mjs for Node's own code; a package.json beside it says ESM. */
export const BUNDLE_PATH = 'workload/workload.js';

/**
 * What was asked for and what the workload has, as numbers that are settled, and variants that can run.
 * @throws {ThreadmillError} 'usage'
 */
export function specOf(
  request: ExperimentRequest,
  {
    runId,
    source,
    facts,
    settings,
  }: {
    readonly runId: string;
    readonly source: string;
    readonly facts: WorkloadFacts;
    readonly settings: WorkloadSettings;
  },
): RunSpec {
  const jobs = request.jobs ?? facts.items;
  const client = clientOfAll(request, facts);
  const variants = variantsOf(request, facts, source, client);
  const retry = retryOf(request, facts, variants);
  const concurrency = Math.min(request.concurrency ?? DEFAULT_CONCURRENCY, jobs);
  const workers = Math.min(request.workers ?? defaultWorkers(), concurrency);
  const steps = request.cpuIterationsPerMs ?? facts.cpuIterationsPerMs;
  return {
    schemaVersion: SCHEMA_VERSION,
    runId,
    workload: {
      name: facts.name,
      bundle: BUNDLE_PATH,
      source,
      items: facts.items,
      hasCpuPart: facts.hasCpuPart,
      hasInputs: facts.hasInputs,
      settings: { ...settings, client, retry, cpuIterationsPerMs: request.cpuMs > 0 ? steps : 0 },
    },
    jobs,
    concurrency,
    workers,
    variants,
    ...(variants.includes('distributed-queue') && {
      queue: redactUrl(request.queue ?? 'embedded'),
      queueWorkers: request.queueWorkers ?? String(workers),
    }),
    ...pick(request, specFields('plan')),
    minRounds: request.minRounds ?? minRoundsOf(request, variants.length),
    load: request.load,
  };
}

/** Of the variants that name none; null: the default. Several are named by their variants. */
function clientOfAll({ client }: ExperimentRequest, facts: WorkloadFacts): ClientName | null {
  if (client === null) return facts.client;
  return client.length === 1 ? client[0]! : DEFAULT_CLIENT;
}

/**
 * Requests of a job at the most; null: as the workload says.
 * @throws {ThreadmillError} 'usage'
 */
function retryOf(
  { retry, load }: ExperimentRequest,
  { attempts }: WorkloadFacts,
  variants: readonly VariantName[],
): number | null {
  const name = variants.find(retries);
  const most = retry ?? attempts ?? (name === undefined ? 1 : DEFAULT_ATTEMPTS);
  if (name !== undefined && most === 1) {
    throw new ThreadmillError(
      'usage',
      `--variants ${name}: one request of a job is none that is sent again`,
      {
        advice: 'Give --retry at least 2, or leave it out.',
      },
    );
  }
  // Their processes do not share the memory that keeps the limit.
  const apart = variants.find((each) => each === 'process-pool' || each === 'distributed-queue');
  if (apart !== undefined && most > 1 && load.kind === 'closed' && load.rateLimit !== null) {
    throw new ThreadmillError(
      'usage',
      `--rate-limit: ${apart} keeps no limit on requests that are sent again`,
      {
        advice: `Leave out ${apart}, the retries, or the limit.`,
      },
    );
  }
  return name === undefined ? retry : most;
}

/**
 * In canonical order whatever was typed: the first one is the baseline.
 * @throws {ThreadmillError} 'usage': a variant that cannot run this workload was asked for
 */
function variantsOf(
  { variants, pool, client }: ExperimentRequest,
  { hasCpuPart, origin }: WorkloadFacts,
  source: string,
  ofAll: ClientName | null,
): VariantName[] {
  checkClients({ client, variants }, origin, source);
  if (client !== null && client.length > 1) return clientVariants(client);
  const possible = variantsFor(hasCpuPart);
  if (variants === null) return installed(withPools(usualVariants(hasCpuPart), pool), ofAll);
  const impossible = variants.find((name) => !possible.includes(name));
  if (impossible !== undefined) {
    throw new ThreadmillError(
      'usage',
      `--variants ${impossible}: ${source} has no CPU part that could run in another thread`,
      { advice: 'Give it `process` (httpWorkload), or `compute` beside `run` (defineWorkload).' },
    );
  }
  return installed(
    VARIANT_NAMES.filter((name) => variants.includes(name)),
    ofAll,
  );
}

/** @throws {ThreadmillError} 'usage' */
function checkClients(
  { client, variants }: Pick<ExperimentRequest, 'client' | 'variants'>,
  origin: string | null,
  source: string,
): void {
  const named = variants?.find((name) => clientOf(name) !== null || retries(name));
  const asked = client !== null ? '--client' : named === undefined ? null : `--variants ${named}`;
  if (asked !== null && origin === null) {
    throw new ThreadmillError('usage', `${asked}: ${source} has no requests of httpWorkload`, {
      advice: 'What a defineWorkload sends, and how often, is for its `run` to say.',
    });
  }
  if (client !== null && client.length > 1 && variants !== null && String(variants) !== 'event-loop') {
    throw new ThreadmillError('usage', '--client: several clients are compared on the event loop', {
      advice: 'Name them as variants (--variants event-loop,event-loop+got), or give one client.',
    });
  }
}

/** Of all clients those that are there; the record warns of the others. */
function clientVariants(clients: readonly ClientName[]): VariantName[] {
  const isAll = clients.length === CLIENT_NAMES.length;
  const isThere = (name: ClientName) => packageVersion(name) !== 'not installed';
  return installed(
    withClients(clients.filter((name) => !isAll || !CLIENT_FACTS[name].optional || isThere(name))),
  );
}

/** @throws {ThreadmillError} 'usage': a library of theirs is not there */
function installed(variants: VariantName[], client: ClientName | null = null): VariantName[] {
  const used = new Set<string | null>([
    client,
    ...variants.flatMap((name) => [VARIANT_FACTS[name].pool, clientOf(name)]),
  ]);
  const missing = [...POOL_LIBRARIES, ...CLIENT_PACKAGES].filter(
    (name) => used.has(name) && packageVersion(name) === 'not installed',
  );
  if (missing.length === 0) return variants;
  const [names, are] = [missing.join(' and '), missing.length > 1 ? 'are' : 'is'];
  throw new ThreadmillError('usage', `${names} ${are} not installed`, {
    advice: `Install where Threadmill is installed: npm install ${missing.join(' ')}`,
  });
}

/** As many as a claim takes. */
function minRoundsOf({ against }: ExperimentRequest, variants: number): number {
  return against === null ? minRoundsFor(variants) : minRoundsForSequence(1 - 0.05 / variants);
}

/** One thread for each whole CPU that is available, one at least. */
export function defaultWorkers({ availableCpus } = readCpuAllowance()): number {
  return Math.min(MAX_DEFAULT_WORKERS, Math.max(1, Math.floor(availableCpus)));
}
