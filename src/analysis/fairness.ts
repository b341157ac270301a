import { CLIENT_FACTS, DEFAULT_CLIENT } from '../core/clients.ts';
import { jobsPerSecond } from '../core/documents/estimate.ts';
import type { ClientDifference, ClientRecord, Fairness } from '../core/documents/fairness.ts';
import type { RunRecord, TrialRecord, VariantRecord } from '../core/documents/run-record.ts';
import { medianInterval } from '../core/statistics/median-interval.ts';
import { median, sortNumbers } from '../core/statistics/quantile.ts';
import { clientOf } from '../core/variants.ts';
import { comparable, goodputMs, trialCpuMs } from './comparable.ts';

/** Share of the bytes, and of the connections, that may differ by chance: of responses with times in them, say. */
const NEGLIGIBLE = 0.01;

/** What the clients of a run cost, and what else sets them apart; null for a run that compares none. */
export function fairnessOf({
  variants,
  spec,
  environment,
}: Pick<RunRecord, 'variants' | 'spec' | 'environment'>): Fairness | null {
  const clients = variants
    .filter(({ name }) => name === 'event-loop' || clientOf(name) !== null)
    .map((variant) => clientRecord(variant, { spec, environment }));
  const [baseline, ...others] = clients;
  if (baseline === undefined || others.length === 0) return null;
  return {
    clients,
    differences: others.flatMap((other) => differencesOf(baseline, other, spec.workload.settings.keepAlive)),
  };
}

/** Whether one of the two variants had it easier than the other: then neither is called faster. */
export function isUnfair({ fairness }: Pick<RunRecord, 'fairness'>, ...variants: readonly string[]): boolean {
  return (fairness?.differences ?? []).some(({ variant, matters }) => matters && variants.includes(variant));
}

function clientRecord(
  { name, trials }: VariantRecord,
  { spec, environment }: Pick<RunRecord, 'spec' | 'environment'>,
): ClientRecord {
  const client = clientOf(name) ?? spec.workload.settings.client ?? DEFAULT_CLIENT;
  const { package: from, addedHeaders, decompresses, tellsPhases } = CLIENT_FACTS[client];
  const counting = trials.filter(comparable);
  const values = (figure: (trial: TrialRecord) => number | null) =>
    sortNumbers(counting.flatMap((trial) => figure(trial) ?? []));
  const perJob = (amount: number | null) => amount && amount / spec.jobs;
  const time = medianInterval(values(goodputMs));
  return {
    variant: name,
    client,
    version: from === null ? environment.node : (environment.packages[from] ?? 'unknown'),
    addedHeaders: [...addedHeaders],
    decompresses,
    tellsPhases,
    jobsPerSecond: time && jobsPerSecond(time, spec.jobs),
    cpuMsPerJob: medianInterval(values((trial) => perJob(trialCpuMs(trial)))),
    latencyMs: medianInterval(values(({ latencyMs }) => latencyMs.p50)),
    connections: median(values(({ connections }) => connections)),
    connectionsOpened: median(values(({ connectionsOpened }) => connectionsOpened)),
    bytesPerJob: median(values(({ bytes }) => perJob(bytes))),
  };
}

function differencesOf(
  baseline: ClientRecord,
  other: ClientRecord,
  keepAlive: boolean,
): readonly ClientDifference[] {
  const differs = (one: number | null, two: number | null) =>
    one !== null && two !== null && Math.abs(one - two) > NEGLIGIBLE * Math.max(one, two);
  const found: Readonly<Record<ClientDifference['what'], boolean>> = {
    // Without keep-alive how many are open at once depends on how soon the ended ones are closed.
    connections: keepAlive && differs(baseline.connections, other.connections),
    'connections-opened': differs(baseline.connectionsOpened, other.connectionsOpened),
    bytes: differs(baseline.bytesPerJob, other.bytesPerJob),
    headers: String(baseline.addedHeaders) !== String(other.addedHeaders),
    decompression: baseline.decompresses !== other.decompresses,
    phases: baseline.tellsPhases !== other.tellsPhases,
  };
  const matter: readonly ClientDifference['what'][] = ['connections', 'connections-opened', 'bytes'];
  return (Object.keys(found) as ClientDifference['what'][])
    .filter((what) => found[what])
    .map((what) => ({ variant: other.variant, what, matters: matter.includes(what) }));
}
