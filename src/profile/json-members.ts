import { FOLDER_LIMITS } from '../core/limits.ts';
import { CapturedBytes } from './captured-bytes.ts';
import type { GrowingColumn } from './growing-column.ts';
import {
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  endsScalar,
  isSpace,
  JsonTrouble,
  OPEN,
  OPEN_LIST,
  QUOTE,
  shownByte,
  shownName,
} from './json-bytes.ts';
import { finiteNumber, scanWholeNumbers } from './json-numbers.ts';
import { ValueEnd } from './json-value-end.ts';
import { hasMoreValues } from './json-values.ts';

/** What to do with a member of the object that is read; one that is not named is skipped. */
type Member =
  /** Parsed whole, for `take`, or for `value` to return. */
  | { readonly kind: 'value'; take?(value: unknown): void }
  /**
   * An array whose elements are parsed one by one. `scan` may take one from its bytes instead, and returns where
   * it ends; or −1, having taken nothing, if it can't.
   */
  | {
      readonly kind: 'items';
      take(value: unknown, index: number): void;
      scan?(bytes: Buffer, at: number): number;
    }
  /** An array of numbers, scanned from the bytes. */
  | { readonly kind: 'numbers'; readonly column: GrowingColumn }
  /** Skipped, but `has` tells. */
  | { readonly kind: 'ignored' };

/** No value that is parsed whole may be longer, bytes. */
const MAX_VALUE = 64 * 1024 * 1024;
/** No number may be longer, characters. */
const MAX_NUMBER = 1_000;
/** Values nested deeper are refused: JSON.parse takes any depth, but what works on the value may not. */
const MAX_DEPTH = 1_000;
/** No value that is parsed whole may hold more: some 60 bytes each in memory. */
const MAX_VALUES = FOLDER_LIMITS.documentValues;
/** No array of numbers may have more, 80 MB a column: at one sample a millisecond close to three hours. */
const MAX_NUMBERS = 10_000_000;

type State =
  | 'start'
  | 'first-key'
  | 'key'
  | 'colon'
  | 'value'
  | 'first-item'
  | 'item'
  | 'after-item'
  | 'first-number'
  | 'number'
  | 'number-text'
  | 'after-number'
  | 'after-value'
  | 'end'
  | 'captured';

/**
 * Reads one JSON object in chunks, its members in any order, without holding its text: V8 has no strings beyond 512
 * MB, and long parsed arrays take many times their memory. What is skipped is only checked as far as needed.
 */
export class JsonMembers {
  readonly #members: ReadonlyMap<string, Member>;
  readonly #seen = new Set<string>();
  readonly #values = new Map<string, unknown>();
  #state: State = 'start';
  /** Bytes of the chunks before this one. */
  #offset = 0;
  #key = '';
  #member: Member | null = null;
  #index = 0;
  readonly #valueEnd = new ValueEnd(
    MAX_DEPTH,
    () => new JsonTrouble(`${this.#where()} is nested deeper than ${MAX_DEPTH}`),
  );
  readonly #bytes = new CapturedBytes(
    MAX_VALUE,
    () => new JsonTrouble(`${this.#where()} is longer than ${MAX_VALUE / 1024 / 1024} MiB`),
  );
  /** Where the captured value ends. */
  #to = 0;
  /** What to do with the captured bytes; null if they are skipped. */
  #captured: ((bytes: Buffer) => State) | null = null;
  #number = '';

  constructor(members: Readonly<Record<string, Member>>) {
    this.#members = new Map(Object.entries(members));
  }

  /** The chunk's memory may be used again afterwards. @throws JsonTrouble */
  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < bytes.length) at = this.#step(bytes, at);
    if (this.#captured !== null) this.#bytes.keep(bytes);
    this.#offset += bytes.length;
  }

  /** Whether a member that was named has begun. */
  has(key: string): boolean {
    return this.#seen.has(key);
  }

  /** Undefined for a member that is missing. */
  value(key: string): unknown {
    return this.#values.get(key);
  }

  /** @throws JsonTrouble if the object is not complete. */
  end(): void {
    if (this.#state === 'end') return;
    if (this.#state === 'start') throw new JsonTrouble('it is empty');
    const where = this.#key === '' ? '' : `, within \`${this.#key}\``;
    throw new JsonTrouble(`it ends early, after ${this.#offset} bytes${where}`);
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'captured': {
        const end = this.#valueEnd.find(bytes, at);
        return end < 0 ? bytes.length : this.#finish(bytes, end);
      }
      case 'number':
        return this.#numbers(bytes, at);
      case 'number-text':
        return this.#numberText(bytes, at);
      default:
        return isSpace(bytes[at]!) ? at + 1 : this.#punctuation(bytes, at);
    }
  }

  /** One byte that is no white space, where the grammar has something to decide. Returns where to go on. */
  #punctuation(bytes: Buffer, at: number): number {
    const byte = bytes[at]!;
    switch (this.#state) {
      case 'start':
        if (byte !== OPEN) throw new JsonTrouble('the file is not an object');
        return this.#go('first-key', at + 1);
      case 'first-key':
      case 'key':
        if (byte === CLOSE && this.#state === 'first-key') return this.#go('end', at + 1);
        if (byte !== QUOTE) throw this.#unexpected(byte, at, 'a name');
        return this.#capture(byte, at, (text) => {
          this.#begin(this.#parse(text));
          return 'colon';
        });
      case 'colon':
        if (byte !== COLON) throw this.#unexpected(byte, at, '`:`');
        return this.#go('value', at + 1);
      case 'value':
        return this.#value(byte, at);
      case 'first-item':
      case 'item':
        if (byte === CLOSE_LIST && this.#state === 'first-item') return this.#go('after-value', at + 1);
        return this.#item(bytes, at);
      case 'after-item':
      case 'first-number':
      case 'after-number':
        return this.#list(byte, at);
      case 'after-value':
        this.#key = '';
        this.#member = null;
        if (byte === COMMA) return this.#go('key', at + 1);
        if (byte !== CLOSE) throw this.#unexpected(byte, at, '`,` or `}`');
        return this.#go('end', at + 1);
      default:
        throw this.#unexpected(byte, at, 'the end');
    }
  }

  #begin(key: unknown): void {
    this.#key = String(key);
    this.#member = this.#members.get(this.#key) ?? null;
    if (this.#member === null) {
      this.#key = shownName(this.#key);
      return;
    }
    if (this.#seen.has(this.#key)) throw new JsonTrouble(`\`${this.#key}\` occurs twice`);
    this.#seen.add(this.#key);
    this.#index = 0;
  }

  #value(byte: number, at: number): number {
    const member = this.#member;
    if (member === null || member.kind === 'ignored') return this.#capture(byte, at, null);
    if (member.kind === 'value') {
      return this.#capture(byte, at, (text) => {
        const value = this.#parse(text);
        if (member.take === undefined) this.#values.set(this.#key, value);
        else member.take(value);
        return 'after-value';
      });
    }
    if (byte !== OPEN_LIST) throw new JsonTrouble(`\`${this.#key}\` is not an array`);
    return this.#go(member.kind === 'items' ? 'first-item' : 'first-number', at + 1);
  }

  #item(bytes: Buffer, at: number): number {
    const member = this.#member;
    if (member?.kind !== 'items') return at;
    const end = member.scan?.(bytes, at) ?? -1;
    if (end < 0) {
      return this.#capture(bytes[at]!, at, (text) => {
        member.take(this.#parse(text), this.#index++);
        return 'after-item';
      });
    }
    this.#index++;
    return this.#go('after-item', end);
  }

  #list(byte: number, at: number): number {
    if (byte === CLOSE_LIST) return this.#go('after-value', at + 1);
    if (this.#state === 'first-number') return this.#go('number', at);
    if (byte !== COMMA) throw this.#unexpected(byte, at, '`,` or `]`');
    return this.#go(this.#state === 'after-item' ? 'item' : 'number', at + 1);
  }

  #numbers(bytes: Buffer, at: number): number {
    if (this.#member?.kind !== 'numbers') return at;
    const { column } = this.#member;
    const position = scanWholeNumbers(bytes, at, column);
    if (column.length > MAX_NUMBERS)
      throw new JsonTrouble(`\`${this.#key}\` has more than ${MAX_NUMBERS} numbers`);
    if (position === bytes.length || isSpace(bytes[position]!)) return Math.min(position + 1, bytes.length);
    this.#number = '';
    return this.#go('number-text', position);
  }

  #numberText(bytes: Buffer, at: number): number {
    if (this.#member?.kind !== 'numbers') return at;
    const { column } = this.#member;
    let end = at;
    while (end < bytes.length && !endsScalar(bytes[end]!)) end++;
    this.#number += bytes.toString('latin1', at, Math.min(end, at + MAX_NUMBER + 1));
    const where = `\`${this.#key}[${column.length}]\``;
    if (this.#number.length > MAX_NUMBER)
      throw new JsonTrouble(`${where} is longer than ${MAX_NUMBER} characters`);
    if (end === bytes.length) return end;
    const value = finiteNumber(this.#number);
    if (Number.isNaN(value))
      throw new JsonTrouble(`${where} is not a finite number (byte ${this.#offset + at})`);
    column.push(value);
    return this.#go('after-number', end);
  }

  /** Starts to collect the value that begins here, or to skip it. */
  #capture(byte: number, at: number, take: ((bytes: Buffer) => State) | null): number {
    const next = this.#valueEnd.begin(byte, at);
    if (next < 0) throw this.#unexpected(byte, at, 'a value');
    this.#captured = take;
    this.#bytes.begin(at);
    return this.#go('captured', next);
  }

  #finish(bytes: Buffer, to: number): number {
    this.#to = to;
    const take = this.#captured;
    if (take === null) return this.#go('after-value', to);
    this.#state = take(this.#bytes.finish(bytes, to));
    this.#captured = null;
    return to;
  }

  #parse(text: Buffer): unknown {
    if (hasMoreValues(text, MAX_VALUES)) {
      throw new JsonTrouble(`${this.#where()} holds more than ${MAX_VALUES} values`);
    }
    try {
      return JSON.parse(text.toString('utf8'));
    } catch {
      throw new JsonTrouble(`${this.#where()} is not JSON (before byte ${this.#offset + this.#to})`);
    }
  }

  #where(): string {
    if (this.#member === null) return this.#key === '' ? 'a name' : `what follows \`${this.#key}\``;
    return `\`${this.#key}${this.#member.kind === 'items' ? `[${this.#index}]` : ''}\``;
  }

  #go(state: State, at: number): number {
    this.#state = state;
    return at;
  }

  #unexpected(byte: number, at: number, expected: string): JsonTrouble {
    return new JsonTrouble(
      `at byte ${this.#offset + at} there is ${shownByte(byte)} where ${expected} is expected`,
    );
  }
}
