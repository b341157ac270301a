import {
  type SpanLine,
  WAIT_KINDS,
  type WaitKind,
  type WaitLine,
} from '../../core/documents/recorder-lines.ts';

/** Targets of a kind with an entry of their own between two calls of `take`; the others share one. */
const MAX_TARGETS = 200;
const OTHER_TARGETS = '(others)';
/** Requests kept as spans between two calls of `take`: the longest ones, and fewer once many spans are written. */
const MAX_SPANS = 100;
const MAX_LATER_SPANS = 10;
const MANY_SPANS = 10_000;
/** A shorter wait is no span. */
const MIN_SPAN_US = 1_000;

type Total = { -readonly [K in keyof WaitLine]: WaitLine[K] };

/** Sums up the waits of a thread. A server adds thousands a second: adding one to a known target allocates nothing. */
export class WaitTotals {
  #totals = byKind<Total>();
  #sited = byKind<true>();
  #spans: SpanLine[] = [];
  #spansTaken = 0;
  /** A shorter wait is not one of the longest. */
  #minSpanUs = MIN_SPAN_US;

  add(
    kind: WaitKind,
    target: string,
    site: string | null,
    startUs: number,
    endUs: number,
    hasFailed: boolean,
  ): void {
    const total = this.#totals[kind].get(target) ?? this.#newTotal(kind, target);
    const lengthUs = endUs - startUs;
    total.site ??= site;
    total.count++;
    if (hasFailed) total.failed++;
    total.totalUs += lengthUs;
    if (lengthUs > total.maxUs) total.maxUs = lengthUs;
    if (lengthUs >= MIN_SPAN_US) total.long++;
    if (lengthUs < this.#minSpanUs || !kind.startsWith('http')) return;
    this.#spans.push({ k: 'span', kind, target: total.target, startUs, endUs });
    if (this.#spans.length >= 2 * MAX_SPANS) this.#dropShortSpans();
  }

  /** Whether a wait that begins now should have its stack: the first one of its target since `take`. */
  wantsSite(kind: WaitKind, target: string): boolean {
    const sited = this.#sited[kind];
    if (sited.size >= MAX_TARGETS || sited.has(target)) return false;
    sited.set(target, true);
    return true;
  }

  take(): readonly (WaitLine | SpanLine)[] {
    this.#dropShortSpans();
    this.#spansTaken += this.#spans.length;
    const lines = [...WAIT_KINDS.flatMap((kind) => [...this.#totals[kind].values()]), ...this.#spans];
    this.#totals = byKind();
    this.#sited = byKind();
    this.#spans = [];
    this.#minSpanUs = MIN_SPAN_US;
    return lines;
  }

  #newTotal(kind: WaitKind, wanted: string): Total {
    const totals = this.#totals[kind];
    const target = totals.size < MAX_TARGETS ? wanted : OTHER_TARGETS;
    const known = totals.get(target);
    if (known !== undefined) return known;
    const total: Total = {
      k: 'wait',
      kind,
      target,
      site: null,
      count: 0,
      long: 0,
      failed: 0,
      totalUs: 0,
      maxUs: 0,
    };
    totals.set(target, total);
    return total;
  }

  #dropShortSpans(): void {
    const most = this.#spansTaken < MANY_SPANS ? MAX_SPANS : MAX_LATER_SPANS;
    this.#spans.sort((a, b) => b.endUs - b.startUs - (a.endUs - a.startUs));
    if (this.#spans.length <= most) return;
    this.#spans.length = most;
    const { startUs, endUs } = this.#spans.at(-1)!;
    this.#minSpanUs = endUs - startUs;
  }
}

function byKind<T>(): Record<WaitKind, Map<string, T>> {
  return Object.fromEntries(WAIT_KINDS.map((kind) => [kind, new Map<string, T>()])) as Record<
    WaitKind,
    Map<string, T>
  >;
}
