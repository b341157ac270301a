import type { GrowingColumn } from './growing-column.ts';

/** What to do with a member of the object that is read; one that is not named is skipped. */
export type Member =
  /** Parsed whole. */
  | { readonly kind: 'value'; take(value: unknown): void }
  /**
   * An array whose elements are parsed one by one. `scan` may take one from its bytes instead, and returns where
   * it ends; or −1, having taken nothing, if it can't.
   */
  | {
      readonly kind: 'items';
      take(value: unknown, index: number): void;
      scan(bytes: Buffer, at: number): number;
    }
  /** An array of numbers, scanned from the bytes. */
  | { readonly kind: 'numbers'; readonly column: GrowingColumn }
  /** Skipped, but `has` tells. */
  | { readonly kind: 'ignored' };

/** What is wrong with the text; `message` says where, in words that go on from "it is no X: ". */
export class JsonTrouble extends Error {}

/** No value that is parsed whole may be longer, bytes. */
const MAX_VALUE = 64 * 1024 * 1024;
/** No number may be longer, characters. */
const MAX_NUMBER = 1_000;
/** Values nested deeper are refused: JSON.parse takes any depth, but what works on the value may not. */
const MAX_DEPTH = 1_000;
/** No array of numbers may have more: 800 MB a column. */
const MAX_NUMBERS = 100_000_000;

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
  | 'container'
  | 'string'
  | 'scalar';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** Fewer bytes than this ahead, and a number may reach beyond the chunk. */
const AHEAD = 16;

/**
 * Reads one JSON object, chunk by chunk and in whatever order its members come, without ever holding its text:
 * V8 has no strings beyond 512 MB, and the objects that JSON.parse makes of a long array take many times its
 * memory. Arrays of numbers go from the bytes into a typed column. What is skipped is only checked as far as
 * is needed to find its end.
 */
export class JsonMembers {
  readonly #members: ReadonlyMap<string, Member>;
  readonly #seen = new Set<string>();
  #state: State = 'start';
  /** Bytes of the chunks before this one. */
  #offset = 0;
  #key = '';
  #member: Member | null = null;
  #index = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Where the value that is being captured begins in this chunk; what lay in earlier ones is in `#parts`. */
  #from = 0;
  /** Where it ends. */
  #to = 0;
  #parts: Buffer[] = [];
  #partsLength = 0;
  /** What to do with the captured bytes; null if they are skipped. */
  #captured: ((bytes: Buffer) => State) | null = null;
  #number = '';

  constructor(members: Readonly<Record<string, Member>>) {
    this.#members = new Map(Object.entries(members));
  }

  /**
   * The chunk's memory may be used again afterwards.
   *
   * @throws JsonTrouble
   */
  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#from = 0;
    let at = 0;
    while (at < bytes.length) at = this.#step(bytes, at);
    if (this.#captured !== null) this.#keep(bytes.subarray(this.#from));
    this.#offset += bytes.length;
  }

  /** Whether a member that was named has begun. */
  has(key: string): boolean {
    return this.#seen.has(key);
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
      case 'container':
        return this.#container(bytes, at);
      case 'string':
        return this.#string(bytes, at);
      case 'scalar':
        return this.#scalar(bytes, at);
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
        if (byte !== OPEN) throw new JsonTrouble('the file is no object');
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
      this.#key = shown(this.#key);
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
        member.take(this.#parse(text));
        return 'after-value';
      });
    }
    if (byte !== OPEN_LIST) throw new JsonTrouble(`\`${this.#key}\` is no array`);
    return this.#go(member.kind === 'items' ? 'first-item' : 'first-number', at + 1);
  }

  #item(bytes: Buffer, at: number): number {
    const member = this.#member;
    if (member?.kind !== 'items') return at;
    const end = member.scan(bytes, at);
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

  /** Whole numbers of up to nine digits with a comma after them, which is nearly all; the rest as text. */
  #numbers(bytes: Buffer, at: number): number {
    if (this.#member?.kind !== 'numbers') return at;
    const { column } = this.#member;
    const end = bytes.length - AHEAD;
    let position = at;
    while (position < end) {
      let next = position;
      const negative = bytes[next] === MINUS;
      if (negative) next++;
      let digit = bytes[next++]! - ZERO;
      let value = digit;
      if (digit < 0 || digit > 9) break;
      digit = bytes[next++]! - ZERO;
      // After a leading zero only a comma will do here.
      if (value > 0) {
        while (digit >= 0 && digit <= 9 && value < 100_000_000) {
          value = value * 10 + digit;
          digit = bytes[next++]! - ZERO;
        }
      }
      if (digit !== COMMA - ZERO) break;
      column.push(negative ? -value : value);
      position = next;
    }
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
    const value = NUMBER.test(this.#number) ? Number(this.#number) : Number.NaN;
    if (!Number.isFinite(value))
      throw new JsonTrouble(`${where} is no finite number (byte ${this.#offset + at})`);
    column.push(value);
    return this.#go('after-number', end);
  }

  /** Starts to collect the value that begins here, or to skip it. */
  #capture(byte: number, at: number, take: ((bytes: Buffer) => State) | null): number {
    this.#captured = take;
    this.#from = at;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    if (byte === OPEN || byte === OPEN_LIST) return this.#go('container', at);
    if (byte === QUOTE) return this.#go('string', at + 1);
    if (endsScalar(byte)) throw this.#unexpected(byte, at, 'a value');
    return this.#go('scalar', at);
  }

  #container(bytes: Buffer, at: number): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let position = at;
    while (position < bytes.length) {
      const byte = bytes[position++]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN || byte === OPEN_LIST) {
        if (++depth > MAX_DEPTH) throw new JsonTrouble(`${this.#where()} is nested deeper than ${MAX_DEPTH}`);
      } else if ((byte === CLOSE || byte === CLOSE_LIST) && --depth === 0)
        return this.#finish(bytes, position);
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    return position;
  }

  #string(bytes: Buffer, at: number): number {
    let escaped = this.#escaped;
    for (let position = at; position < bytes.length; position++) {
      const byte = bytes[position]!;
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) return this.#finish(bytes, position + 1);
    }
    this.#escaped = escaped;
    return bytes.length;
  }

  #scalar(bytes: Buffer, at: number): number {
    for (let position = at; position < bytes.length; position++) {
      if (endsScalar(bytes[position]!)) return this.#finish(bytes, position);
    }
    return bytes.length;
  }

  #finish(bytes: Buffer, to: number): number {
    this.#to = to;
    const take = this.#captured;
    if (take === null) return this.#go('after-value', to);
    const last = bytes.subarray(this.#from, to);
    if (this.#parts.length === 0) {
      this.#check(last.length);
      this.#state = take(last);
    } else {
      this.#keep(last);
      const whole = Buffer.concat(this.#parts);
      this.#parts = [];
      this.#partsLength = 0;
      this.#state = take(whole);
    }
    this.#captured = null;
    return to;
  }

  /** A copy: the chunk belongs to whoever wrote it. */
  #keep(part: Buffer): void {
    this.#partsLength += part.length;
    this.#check(this.#partsLength);
    this.#parts.push(Buffer.from(part));
  }

  #check(length: number): void {
    if (length > MAX_VALUE)
      throw new JsonTrouble(`${this.#where()} is longer than ${MAX_VALUE / 1024 / 1024} MiB`);
  }

  #parse(text: Buffer): unknown {
    try {
      return JSON.parse(text.toString('utf8'));
    } catch {
      throw new JsonTrouble(`${this.#where()} is no JSON (before byte ${this.#offset + this.#to})`);
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
    const shown = byte > 0x20 && byte < 0x7f ? `\`${String.fromCharCode(byte)}\`` : `0x${byte.toString(16)}`;
    return new JsonTrouble(`at byte ${this.#offset + at} there is ${shown} where ${expected} is expected`);
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A name from outside, fit for a message. */
function shown(name: string): string {
  const text = name.replace(/[^\x20-\x7e]/g, ' ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Whether a number or a word can't go on with this. */
function endsScalar(byte: number): boolean {
  return isSpace(byte) || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE || byte === COLON;
}
