import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RealExport, VARIANTS } from '../../support/real-export.ts';

interface Span {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string>> }[];
}

interface Request {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

export function spansAreSound(run: () => RealExport): void {
  /** Of each trial. */
  const spansOf = () =>
    run()
      .json<Request>('otlp')
      .resourceSpans.map(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

  describe('otlp', () => {
    test('a span for each job, as long as the table says, at the time of the run', async () => {
      const { createdAt, finishedAt, spec } = run().source.record;
      assert.equal(spansOf().length, VARIANTS.length);
      for (const [index, spans] of spansOf().entries()) {
        const { rows } = (await run().source.trial(VARIANTS[index]!, 'traced'))!;
        const jobs = spans.filter((span) => attributeOf(span, 'threadmill.job.outcome') === 'ok');
        assert.equal(jobs.length, spec.jobs);
        for (const span of jobs) {
          const row = Number(attributeOf(span, 'threadmill.job.position'));
          const lengthNs = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano));
          assert.ok(Math.abs(lengthNs - (rows.end[row]! - rows.start[row]!)) <= 1, span.name);
          const startMs = Number(BigInt(span.startTimeUnixNano) / 1_000_000n);
          assert.ok(startMs >= Date.parse(createdAt) && startMs <= Date.parse(finishedAt!), `${startMs}`);
          assert.equal(attributeOf(span, 'http.response.status_code'), '200');
        }
      }
    });

    test('children lie within their parents, and every parent is there', () => {
      for (const spans of spansOf()) {
        const byId = new Map(spans.map((span) => [span.spanId, span]));
        assert.equal(byId.size, spans.length);
        const [root, ...others] = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
        assert.equal(others.length, 0);
        for (const span of spans) {
          if (span === root) continue;
          const parent = byId.get(span.parentSpanId!);
          assert.ok(parent !== undefined, span.name);
          assert.ok(BigInt(span.startTimeUnixNano) >= BigInt(parent.startTimeUnixNano), span.name);
          assert.ok(BigInt(span.endTimeUnixNano) <= BigInt(parent.endTimeUnixNano), span.name);
          assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.name);
        }
        assert.ok(spans.some(({ name, parentSpanId }) => name === 'wait' && parentSpanId !== root!.spanId));
      }
    });
  });
}

function attributeOf({ attributes }: Span, key: string): string | undefined {
  return Object.values(attributes.find((attribute) => attribute.key === key)?.value ?? {})[0];
}
