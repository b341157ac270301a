import { faultsSchema } from '../core/documents/faults.ts';
import { ThreadmillError } from '../core/errors.ts';
import { FAULT_NAMES, type Fault, type FaultFacts, type FaultName, faultFacts } from '../core/faults.ts';
import { LIMITS } from '../core/limits.ts';
import type { ValueSyntax } from '../core/option-kinds.ts';
import { redactUrl } from '../core/redaction.ts';
import { parseQueueWorkers } from '../core/variants.ts';
import { suggestion } from './suggest.ts';

/** Longest piece of a person's input that is quoted back. */
const LONGEST_QUOTE = 80;

export function quote(given: string): string {
  return JSON.stringify(given.length > LONGEST_QUOTE ? `${given.slice(0, LONGEST_QUOTE)}…` : given);
}

function refuse(option: string, given: string, wanted: string, advice?: string): never {
  const details = advice === undefined ? {} : { advice };
  throw new ThreadmillError('usage', `${option}: ${quote(given)} is not ${wanted}`, details);
}

type Parser<T> = (given: string) => T;

/** `50`, `10_000`, `1e6`. */
export function wholeNumber(option: string, low: number, high: number): Parser<number> {
  return (given) => {
    const value = /^\d[\d_]*(e\d{1,2})?$/i.test(given) ? Number(given.replaceAll('_', '')) : Number.NaN;
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    return refuse(option, given, `a whole number from ${low} to ${high}`);
  };
}

const DECIMAL = String.raw`(\d+\.?\d*|\.\d+)`;

export function number(option: string, low: number, high: number): Parser<number> {
  return (given) => {
    const value = new RegExp(`^${DECIMAL}$`).test(given) ? Number(given) : Number.NaN;
    if (value >= low && value <= high) return value;
    return refuse(option, given, `a number from ${low} to ${high}`);
  };
}

/** `2`, `2%`, `0.5%`: percent, with or without the sign. Gives a share: 0.02 for 2%. */
export function percent(option: string, low: number, high: number): Parser<number> {
  return (given) => {
    const value = new RegExp(`^${DECIMAL}\\s*%?$`).test(given) ? Number.parseFloat(given) : Number.NaN;
    if (value >= low && value <= high) return value / 100;
    return refuse(option, given, `a percentage from ${low} to ${high}`);
  };
}

/** `auto` gives null, anything else goes to `parse`. */
export function autoOr<T>(parse: Parser<T>): Parser<T | null> {
  return (given) => (given.trim() === 'auto' ? null : parse(given));
}

/** `1,2`: each of them by itself. */
export function listOf<T>(parse: Parser<T>): Parser<T[]> {
  return (given) => given.split(',').map((part) => parse(part.trim()));
}

export function wordOr<T, W extends string>(words: readonly W[], parse: Parser<T>): Parser<T | W> {
  return (given) => words.find((word) => word === given.trim()) ?? parse(given);
}

/** NaN for what is no number with one of these units, or without any: `usual`. */
function inUnits(given: string, units: Readonly<Record<string, number>>, usual: string): number {
  const parts = new RegExp(`^${DECIMAL}\\s*([a-z]*)$`, 'i').exec(given);
  const unit = units[parts?.[2]?.toLowerCase() || usual];
  return parts === null || unit === undefined ? Number.NaN : Number(parts[1]) * unit;
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};

/** `100`, `100ms`, `1.5s`, `2min`, `1h`: milliseconds unless a unit follows. Gives ms. */
export function duration(option: string, lowMs: number, highMs: number): Parser<number> {
  return (given) => {
    const value = inUnits(given, MILLISECONDS, 'ms');
    if (value >= lowMs && value <= highMs) return value;
    return refuse(
      option,
      given,
      `a time from ${lowMs} ms to ${describeMs(highMs)}`,
      'Give milliseconds, or a number with ms, s, min or h after it.',
    );
  };
}

/** The same, but with a unit: for a time to spend people think in seconds, and `20` would mean 20 ms. */
export function durationWithUnit(option: string, lowMs: number, highMs: number): Parser<number> {
  const parse = duration(option, lowMs, highMs);
  return (given) => {
    const bare = given.trim();
    if (!new RegExp(`^${DECIMAL}$`).test(bare)) return parse(given);
    return refuse(option, given, 'a time with its unit', `Say ${bare}s for seconds, or ${bare}ms.`);
  };
}

function describeMs(ms: number): string {
  const [unit, name] = ms % MILLISECONDS.h! === 0 ? [MILLISECONDS.h!, 'h'] : [60_000, 'min'];
  return `${ms / unit} ${name}`;
}

const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** `512`, `4kb` (4,000), `4KiB` (4,096), `1.5mb`: bytes unless a unit follows. Gives whole bytes. */
export function byteSize(option: string, highBytes: number): Parser<number> {
  return (given) => {
    const value = Math.round(inUnits(given, BYTES, 'b'));
    if (value >= 0 && value <= highBytes) return value;
    return refuse(
      option,
      given,
      `a size from 0 to ${highBytes} bytes`,
      'Give bytes, or a number with kb, mb or kib, mib after it.',
    );
  };
}

export function oneOf<T extends string>(option: string, known: readonly T[]): Parser<T> {
  return (given) =>
    known.find((one) => one === given.trim()) ??
    refuse(option, given, known.join(' or '), suggestion(given, known));
}

/** `embedded`, or the URL of a Redis or Valkey server. */
export function queueUrl(option: string): Parser<string> {
  return (given) => {
    const text = given.trim();
    if (text === 'embedded') return text;
    const wanted = 'embedded, or a URL like redis://host:6379/0';
    if (!/^rediss?:\/\//i.test(text) || !URL.canParse(text)) {
      return refuse(option, redactUrl(given), wanted, 'With TLS it begins with rediss://.');
    }
    const { hostname, pathname, search, hash } = new URL(text);
    if (hostname === '' || search !== '' || hash !== '' || !/^(\/\d{0,5})?$/.test(pathname)) {
      return refuse(
        option,
        redactUrl(given),
        wanted,
        'After the host comes at most /, and the number of a database.',
      );
    }
    return text;
  };
}

/** `4`, or `external:4`. */
export function queueWorkers(option: string): Parser<string> {
  return (given) => {
    const text = given.trim();
    const asked = parseQueueWorkers(text);
    if (asked !== null && asked.workers <= LIMITS.workers) return text;
    return refuse(option, given, `a number from 1 to ${LIMITS.workers}, or external:<n>`);
  };
}

/** `a,b`: each of them known, or a group of them, none twice; given back in the order of `known`. */
export function namesOf<T extends string>(
  option: string,
  kind: string,
  known: readonly T[],
  groups: Readonly<Record<string, readonly string[]>> = {},
): Parser<T[]> {
  return (given) => {
    const names = given
      .split(',')
      .map((name) => name.trim())
      .flatMap((name) => (Object.hasOwn(groups, name) ? groups[name]! : [name]));
    if (given.trim() === '')
      return refuse(option, given, `a list of ${kind}s`, `Known: ${known.join(', ')}.`);
    for (const [index, name] of names.entries()) {
      if (!known.some((one) => one === name)) {
        throw new ThreadmillError('usage', `${option}: there is no ${kind} ${quote(name)}`, {
          advice: suggestion(name, [...known, ...Object.keys(groups)]),
        });
      }
      if (names.indexOf(name) !== index) {
        throw new ThreadmillError('usage', `${option}: ${quote(name)} is given twice`, {
          advice: `Name each ${kind} once.`,
        });
      }
    }
    return known.filter((one) => names.includes(one));
  };
}

/** `a,b`: each of them known, none twice; given back in the order in which they stand there. */
export function orderedNamesOf<T extends string>(
  option: string,
  kind: string,
  known: readonly T[],
): Parser<T[]> {
  const check = namesOf(option, kind, known);
  return (given) => {
    const typed = given.split(',').map((name) => name.trim());
    return check(given).sort((a, b) => typed.indexOf(a) - typed.indexOf(b));
  };
}

/** `all`, or as `namesOf`. */
export function namesOrAll<T extends string>(option: string, kind: string, known: readonly T[]): Parser<T[]> {
  const some = namesOf(option, kind, known);
  return (given) => (given.trim() === 'all' ? [...known] : some(given));
}

/** An http or https URL that paths can be appended to. What is wrong is said without its password. */
export function baseUrl(option: string): Parser<string> {
  return (given) => {
    const advice = 'Give something like http://localhost:3000 or https://api.example.com/v1.';
    if (!URL.canParse(given)) return refuse(option, redactUrl(given), 'a URL', advice);
    const url = new URL(given);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      return refuse(option, redactUrl(given), 'an http or https URL', advice);
    }
    if (url.search !== '' || url.hash !== '') {
      return refuse(option, redactUrl(given), 'a base URL: it has a query or a fragment', advice);
    }
    return given;
  };
}

export function path(option: string): Parser<string> {
  return (given) => (given === '' || given.includes('\0') ? refuse(option, given, 'a path') : given);
}

/** `reset:1%,latency:5%:200ms:50ms`: faults with their shares, and what else their facts let them have. */
export function faults(option: string): Parser<Fault[]> {
  const known = namesOf(option, 'fault', FAULT_NAMES);
  return (given) => {
    const list = given.split(',').map((text): Fault => {
      const [name = '', share, value, spread, ...rest] = text.trim().split(':');
      const fault = known(name)[0]!;
      const { value: facts } = faultFacts(fault);
      const most = facts === null ? 0 : fault === 'latency' ? 2 : 1;
      const extra = [value, spread, ...rest].slice(most).find((each) => each !== undefined);
      if (share === undefined || extra !== undefined) {
        return refuse(option, text, 'a fault', `Write ${faultForm(fault)}.`);
      }
      const where = `${option}: ${fault}`;
      const numbers = facts === null ? null : numberOf(where, facts);
      return {
        fault,
        share: percent(where, 0, 100)(share),
        value: value === undefined ? (facts?.fallback ?? null) : numbers!(value),
        spread: spread === undefined ? null : numbers!(spread),
      };
    });
    const checked = faultsSchema.safeParse(list);
    if (checked.success) return checked.data;
    throw new ThreadmillError('usage', `${option}: ${checked.error.issues[0]!.message}`);
  };
}

/** `latency:<share>:<time>:<spread>`. */
export function faultForm(fault: FaultName): string {
  const { value } = faultFacts(fault);
  const names = { ms: '<time>', bytes: '<size>', status: '<status>' };
  const forms = value === null ? [] : [names[value.unit]];
  return [fault, '<share>', ...forms, ...(fault === 'latency' ? ['<spread>'] : [])].join(':');
}

function numberOf(option: string, { unit, least, most }: NonNullable<FaultFacts['value']>): Parser<number> {
  if (unit === 'ms') return duration(option, least, most);
  return unit === 'bytes' ? byteSize(option, most) : wholeNumber(option, least, most);
}

/** Null for a flag, which takes no value. */
export function parserFor(flag: string, syntax: ValueSyntax): ((given: string) => unknown) | null {
  switch (syntax.type) {
    case 'flag':
      return null;
    case 'path':
      return path(flag);
    case 'url':
      return baseUrl(flag);
    case 'queue':
      return queueUrl(flag);
    case 'queue-workers':
      return queueWorkers(flag);
    case 'whole':
      return wholeNumber(flag, syntax.least, syntax.most);
    case 'number':
      return number(flag, syntax.least, syntax.most);
    case 'percent':
      return percent(flag, syntax.least, syntax.most);
    case 'time':
      return duration(flag, syntax.least, syntax.most);
    case 'time-with-unit':
      return durationWithUnit(flag, syntax.least, syntax.most);
    case 'size':
      return byteSize(flag, syntax.most);
    case 'word':
      return oneOf(flag, syntax.known);
    case 'faults':
      return faults(flag);
    case 'names':
      return syntax.all
        ? namesOrAll(flag, syntax.of, syntax.known)
        : namesOf(flag, syntax.of, syntax.known, syntax.groups);
  }
}
