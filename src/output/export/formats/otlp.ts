import { createHash } from 'node:crypto';
import { OUTCOMES } from '../../../core/outcomes.ts';
import { jsonPieces } from '../../../profile/json-pieces.ts';
import { inChunks } from '../chunks.ts';
import type { Exporter, Part } from '../exporter.ts';
import { type JobSpan, jobSpans, spanOf } from '../job-spans.ts';
import { type JobTrial, type RunSource, trialTitle } from '../run-source.ts';

/**
 * An ExportTraceServiceRequest as OTLP/JSON: one trace for each trial, with a span for the trial, one for
 * each job below it, and one for each phase, and each request of several, of a job that was traced. Ids are in hexadecimal, 64-bit whole numbers
 * text, enumerations numbers: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Ids are made from the
 * run's, so that exporting it again gives the same. One line: it is a line of an OTLP file, too.
 */
export const otlp: Exporter = {
  name: 'otlp',
  description: 'a span per job of a timed trial (OTLP/JSON)',
  opens: 'OpenTelemetry Collector, Jaeger, Grafana Tempo',
  scope: 'run',
  needs: 'jobs',
  extension: '.otlp.json',

  async *write(source, part) {
    yield '{"resourceSpans":[';
    let first = true;
    for await (const { trial, spans } of trialsOf(source, part)) {
      const scope = { name: 'threadmill', version: source.record.threadmill };
      const resource = { attributes: attributes(resourceOf(source, trial)) };
      yield `${first ? '' : ','}{"resource":${JSON.stringify(resource)},`;
      yield `"scopeSpans":[{"scope":${JSON.stringify(scope)},"spans":[`;
      yield* inChunks(jsonPieces(spans));
      yield ']}]}';
      first = false;
    }
    yield ']}\n';
  },
};

/** https://opentelemetry.io/docs/specs/semconv: names with a dot and no `threadmill` before them are from there. */
type Attributes = Readonly<Record<string, string | number | null>>;

const KIND = { internal: 1, client: 3 } as const;
const STATUS = { unset: 0, error: 2 } as const;

async function* trialsOf(
  source: RunSource,
  { variants }: Part,
): AsyncGenerator<{ trial: JobTrial; spans: Iterable<object> }> {
  for (const { name, trials } of variants) {
    for (const choice of trials) {
      const trial = await source.trial(name, choice);
      if (trial !== null) yield { trial, spans: spansOf(source, trial) };
    }
  }
}

interface Span {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly kind: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly attributes: Attributes;
  readonly failed: boolean;
}

function* spansOf(source: RunSource, trial: JobTrial): Generator<object> {
  const whole = spanOf(trial);
  if (whole === null) return;
  const title = trialTitle(trial);
  const traceId = idOf(16, [source.id, trial.variant.name, title]);
  const spanId = (...key: string[]) => idOf(8, [source.id, trial.variant.name, title, ...key]);
  const root = spanId('trial');
  const write = ({ id, parent, name, kind, startNs, endNs, attributes: values, failed }: Span): object => ({
    ...{ traceId, spanId: id },
    ...(parent !== null && { parentSpanId: parent }),
    ...{ name, kind },
    startTimeUnixNano: source.unixNanos(startNs).toString(),
    endTimeUnixNano: source.unixNanos(endNs).toString(),
    attributes: attributes(values),
    status: { code: failed ? STATUS.error : STATUS.unset },
  });
  const plain = { kind: KIND.internal, failed: false };
  yield write({
    ...{ id: root, parent: null, name: `${trial.variant.name}, ${title}`, ...plain, ...whole },
    attributes: {
      'threadmill.trial': title,
      'threadmill.jobs': trial.rows.rows,
      'threadmill.concurrency': trial.variant.concurrency,
      'threadmill.threads': trial.variant.threads,
    },
  });
  for (const job of jobSpans(source, trial)) {
    const { position, queuedNs, startNs, endNs, phases, attempts } = job;
    const id = spanId(`job ${position}`);
    const place = { 'threadmill.job.position': position };
    if (queuedNs !== null && queuedNs < startNs) {
      // Beside the job, whose time does not begin before it starts.
      const queue = { name: 'queue', startNs: queuedNs, endNs: startNs, attributes: place };
      yield write({ id: spanId(`job ${position}`, 'queue'), parent: root, ...plain, ...queue });
    }
    yield write({
      ...{ id, parent: root, name: job.name, startNs, endNs },
      kind: job.status === 0 ? KIND.internal : KIND.client,
      attributes: { ...jobAttributes(job), ...place },
      failed: job.outcome !== 'ok',
    });
    for (const [number, phase] of phases.entries()) {
      const phaseId = spanId(`job ${position}`, `phase ${number}`);
      yield write({ id: phaseId, parent: id, ...plain, ...phase, attributes: {} });
    }
    for (const [number, { outcome: code, status, ...span }] of attempts.entries()) {
      const outcome = OUTCOMES[code]!;
      yield write({
        ...{ id: spanId(`job ${position}`, `attempt ${number}`), parent: id, name: `attempt ${number + 1}` },
        ...{ kind: KIND.client, ...span, failed: outcome !== 'ok' },
        attributes: {
          'http.request.resend_count': number,
          'http.response.status_code': status === 0 ? null : status,
          'error.type': errorType({ outcome, status }),
        },
      });
    }
  }
}

function jobAttributes(job: JobSpan): Attributes {
  return {
    'http.response.status_code': job.status === 0 ? null : job.status,
    'http.response.body.size': job.status === 0 ? null : job.bytes,
    'error.type': errorType(job),
    'thread.id': job.thread,
    'thread.name': job.thread === 0 ? 'main' : `worker ${job.thread}`,
    'threadmill.job.item': job.item,
    'threadmill.job.outcome': job.outcome,
  };
}

/** The status where that is what was wrong, as the conventions for HTTP have it; else the outcome. */
function errorType({ outcome, status }: Pick<JobSpan, 'outcome' | 'status'>): string | null {
  if (outcome === 'ok') return null;
  return outcome === 'http-error' && status !== 0 ? String(status) : outcome;
}

function resourceOf({ record, id }: RunSource, { variant }: JobTrial): Attributes {
  return {
    'service.name': record.spec.workload.name,
    'service.instance.id': `${id}/${variant.name}`,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': record.environment.node,
    'threadmill.run': id,
    'threadmill.variant': variant.name,
  };
}

function attributes(values: Attributes): object[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === null) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
}

/** Hexadecimal, never all zeros, which the specification forbids. */
function idOf(bytes: number, key: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(key))
    .digest('hex')
    .slice(0, bytes * 2);
}
