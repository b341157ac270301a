import assert from 'node:assert/strict';

/** Functions by a key, µs. */
export type Times = Map<string, { readonly self: number; readonly total: number }>;

/** How far a reader's time may be from ours. */
export const CLOSE = 0.001;
/** Times are whole µs in some formats: each of the two ends of a span may be off by half of one. */
const ROUNDING_US = 2;

/** A function as a report tells it from others. */
export function identity(frame: { name: string; file?: string | null; line?: number | null }): string {
  return `${frame.name} ${frame.file ?? ''}:${frame.line ?? ''}`;
}

export function byName({ name }: { name: string }): string {
  return name;
}

export function addTime(times: Times, key: string, self: number, total: number): void {
  const sum = times.get(key) ?? { self: 0, total: 0 };
  times.set(key, { self: sum.self + self, total: sum.total + total });
}

/** Adds a stack and the time in its innermost function; one that calls itself is counted once. */
export function addStack(times: Times, stack: readonly string[], self: number): void {
  const innermost = stack.at(-1);
  for (const key of new Set(stack)) addTime(times, key, key === innermost ? self : 0, self);
}

export function busyOf(times: Times): number {
  return [...times.values()].reduce((sum, { self }) => sum + self, 0);
}

export function assertCloseUs(actual: number, expected: number, what: string): void {
  const most = Math.max(expected * CLOSE, ROUNDING_US);
  assert.ok(Math.abs(actual - expected) <= most, `${what}: ${actual} instead of ${expected} µs`);
}

/** For sums, of which nothing is excused by rounding. */
export function assertShare(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= expected * CLOSE, `${what}: ${actual} instead of ${expected}`);
}

/** @param kinds what is compared: a reader that puts garbage collection on top of its caller has other totals */
export function assertSameTimes(
  actual: Times,
  expected: Times,
  what: string,
  kinds: readonly ('self' | 'total')[],
): void {
  for (const [key, times] of expected) {
    for (const kind of kinds) {
      assertCloseUs(actual.get(key)?.[kind] ?? 0, times[kind], `${what}, ${kind} of ${key}`);
    }
  }
  for (const [key, { self }] of actual) {
    if (!expected.has(key)) assertCloseUs(self, 0, `${what}: ${key}, which we do not have`);
  }
  assertShare(busyOf(actual), busyOf(expected), `${what}, busy`);
}
