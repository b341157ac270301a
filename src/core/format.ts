/** Every number that a person reads goes through here, so that terminal and page show the same digits. */

/** Stands for "there is no such figure". */
export const NONE = '—';

const SECONDS_FROM_MS = 10_000;
const BYTES_PER_KB = 1_000;
const BYTES_PER_MB = 1_000_000;
const BYTES_PER_GB = 1_000_000_000;

export const BYTES_NOTE = 'MB is 10⁶ bytes';

type Figure = number | null | undefined;

function known(value: Figure): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const withCommas = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? withCommas : `${withCommas}.${fraction}`;
}

/** Three significant digits; whole numbers from 100 up keep all of theirs, for "1,230" would pretend a zero. */
export function formatNumber(value: Figure): string {
  if (!known(value)) return NONE;
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude >= 99.95) return grouped(value.toFixed(0));
  // Seven decimals are a tenth of a nanosecond in ms: below that is no measurement.
  const decimals = Math.min(7, 2 - Math.floor(Math.log10(Number(magnitude.toPrecision(3)))));
  return grouped(value.toFixed(Math.max(0, decimals)));
}

/** A duration in ms: `0.123 ms`, `12.3 ms`, `1,234 ms`; in seconds from 10 s up. */
export function formatMs(ms: Figure): string {
  if (!known(ms)) return NONE;
  return Math.abs(ms) >= SECONDS_FROM_MS ? `${formatNumber(ms / 1_000)} s` : `${formatNumber(ms)} ms`;
}

/** Both ends of a range with one unit: `98.1–103 ms`. Of one value alone there is none. */
export function formatMsRange(lowMs: Figure, highMs: Figure): string {
  if (!known(lowMs) || !known(highMs) || lowMs === highMs) return NONE;
  if (Math.abs(highMs) >= SECONDS_FROM_MS) {
    return `${formatNumber(lowMs / 1_000)}–${formatNumber(highMs / 1_000)} s`;
  }
  return `${formatNumber(lowMs)}–${formatNumber(highMs)} ms`;
}

/** A round duration as at axis ticks: `0`, `40 ms`, `12.5 s`. `mostMs`: end of the axis, for one unit on all ticks. */
export function formatTickMs(ms: number, mostMs = ms): string {
  if (ms === 0) return '0';
  const [value, unit] = mostMs >= 10_000 ? [ms / 1_000, 's'] : mostMs >= 1 ? [ms, 'ms'] : [ms * 1_000, 'µs'];
  return `${grouped(String(Number(value.toPrecision(4))))} ${unit}`;
}

export function formatUs(us: Figure): string {
  return known(us) ? formatMs(us / 1_000) : NONE;
}

/** A cost of µs: `0.12 µs`, `12.3 µs`, `850 µs`; in ms from 1 ms up. */
export function formatMicros(us: Figure): string {
  if (!known(us)) return NONE;
  return Math.abs(us) >= 999.5 ? formatUs(us) : `${formatNumber(us)} µs`;
}

/** `12.4×`; as many decimals just above 1 as just below it, `1.004×` and `0.996×`: a factor of 1.00 is none. */
export function formatFactor(factor: Figure): string {
  return known(factor) ? `${factorDigits(factor)}×` : NONE;
}

function factorDigits(factor: number): string {
  return factor >= 0.9995 && factor < 1.0995 ? factor.toFixed(3) : formatNumber(factor);
}

export function formatFactorRange(low: Figure, high: Figure): string {
  return known(low) && known(high) && low !== high ? `${factorDigits(low)}–${factorDigits(high)}×` : NONE;
}

export function formatCount(count: Figure): string {
  return known(count) ? grouped(count.toFixed(0)) : NONE;
}

/** A share of one as a percentage: `0.123` is `12.3%`; what is there but tiny is `<0.1%`, never `0%`. */
export function formatShare(share: Figure): string {
  if (!known(share)) return NONE;
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '<0.1%';
  return percent >= 99.95 || percent === 0 ? `${percent.toFixed(0)}%` : `${percent.toFixed(1)}%`;
}

/** Decimal units: 1 MB is 10⁶ bytes. */
export function formatBytes(bytes: Figure): string {
  if (!known(bytes)) return NONE;
  if (Math.abs(bytes) >= BYTES_PER_GB) return `${formatNumber(bytes / BYTES_PER_GB)} GB`;
  if (Math.abs(bytes) >= BYTES_PER_MB) return `${formatNumber(bytes / BYTES_PER_MB)} MB`;
  if (Math.abs(bytes) >= BYTES_PER_KB) return `${formatNumber(bytes / BYTES_PER_KB)} kB`;
  return `${formatNumber(bytes)} B`;
}

/** A margin: two significant digits, `3.5 kB`, `680 B`. */
export function formatRoughBytes(bytes: Figure): string {
  if (!known(bytes)) return NONE;
  const [digits = '', unit = ''] = formatBytes(Number(bytes.toPrecision(2))).split(' ');
  const short = digits.includes('.') ? digits.replace(/0+$/, '').replace(/\.$/, '') : digits;
  return `${short} ${unit}`;
}

/** An estimate with its margin in one unit: `12.3 ± 0.46 kB`. */
export function formatBytesWithin(bytes: Figure, margin: Figure): string {
  if (!known(bytes) || !known(margin)) return NONE;
  const text = formatBytes(bytes);
  const [, unit = 'B'] = text.split(' ');
  const scale = { B: 1, kB: BYTES_PER_KB, MB: BYTES_PER_MB, GB: BYTES_PER_GB }[unit] ?? 1;
  return `${formatNumber(bytes / scale)} ± ${roughMargin(margin / scale)} ${unit}`;
}

function roughMargin(margin: number): string {
  if (margin > 0 && margin < 0.01) return '<0.01';
  const rough = Number(margin.toPrecision(2));
  return rough >= 100 ? formatNumber(rough) : String(rough);
}

/** `2026-01-31 14:05 UTC`, from an ISO time; UTC, so that a report is the same wherever it is drawn. */
export function formatTime(iso: string | null): string {
  const match = iso === null ? null : /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(new Date(iso).toISOString());
  return match === null ? NONE : `${match[1]} ${match[2]} UTC`;
}

/** `1 job`, `1,000 jobs`. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[], joint = 'and'): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${joint} ${last}`;
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A percentage that is itself an estimate: two significant digits, `0.83%`, `4.4%`, `120%`. */
export function formatRoughPercent(percent: Figure): string {
  if (!known(percent)) return NONE;
  if (percent === 0) return '0%';
  const rounded = Number(percent.toPrecision(2));
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return `${grouped(rounded.toFixed(Math.min(3, decimals)))}%`;
}

/** With the space between a figure and its unit kept from breaking (U+00A0). */
export function keepUnits(text: string): string {
  return text.replace(/(\d) (?=(?:µs|ms|s|B|kB|MB|GB)\b)/g, '$1\u00a0');
}

/** The smallest of 1, 2, 5 × 10ⁿ that is at least `atLeast`. */
export function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const factor = [1, 2, 5, 10].find((f) => f * power >= atLeast * (1 - 1e-9)) ?? 10;
  return factor * power;
}
