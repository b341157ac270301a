import type { Random } from '../../src/core/statistics/random.ts';

/** Numbers at which something may break: nothing, next to nothing, whole and broken ones, and those beyond all limits. */
const NUMBERS = [
  ...[
    0,
    -0,
    1,
    -1,
    0.5,
    2,
    3,
    41,
    255,
    1_000,
    10_000,
    10_001,
    65_535,
    65_536,
    1e6,
    1e7,
    1e9,
    2 ** 31,
    2 ** 32,
  ],
  ...[5e-324, 1e-300, 1e-12, 1e-6, 1e12, 1e13, 1e15, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
  ...[1e17, 1e300, Number.MAX_VALUE, -Number.MAX_VALUE],
];
/** Those that a schema takes for most figures. */
const TAKEN = NUMBERS.filter((value) => value >= 0 && value <= Number.MAX_SAFE_INTEGER);
const TEXTS = [
  '',
  ' ',
  '__proto__',
  '\u001b[2J',
  '</script><b>',
  '=1+1',
  '../..',
  'a'.repeat(5_000),
  '😀\ud800',
];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Place {
  readonly holder: Json[] | { [key: string]: Json };
  readonly key: string | number;
}

function placesIn(value: Json, places: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return places;
  for (const key of Object.keys(value)) {
    const place = { holder: value, key: Array.isArray(value) ? Number(key) : key };
    places.push(place);
    placesIn(read(place), places);
  }
  return places;
}

function read({ holder, key }: Place): Json {
  return (holder as { [key: string | number]: Json })[key]!;
}

function write({ holder, key }: Place, value: Json): void {
  (holder as { [key: string | number]: Json })[key] = value;
}

/** Chooses from seeded random numbers. */
export class Mutator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** The same JSON, in which some places hold something else, most often something that could stand there. */
  json(text: string): string {
    const value = JSON.parse(text) as Json;
    // Another version is refused before anything else is looked at.
    const places = placesIn(value).filter(({ key }) => key !== 'schemaVersion');
    const way = this.below(4);
    if (way === 0) {
      // Every number of one name, wherever it stands; the names are few, so that all have their turn.
      const names = [
        ...new Set(places.flatMap((place) => (typeof read(place) === 'number' ? place.key : []))),
      ];
      const name = this.one(names);
      const number = this.one(TAKEN);
      for (const place of places) if (place.key === name) this.#number(place, number);
    } else if (way === 1) {
      // Figures, and no counts, which have limits of their own; half of the time none that no wall can be.
      const numbers = this.below(2) === 0 ? TAKEN : TAKEN.filter((number) => number >= 1e-6);
      for (const place of places) {
        const isFigure = typeof read(place) === 'number' && !Number.isInteger(read(place));
        if (isFigure && this.below(6) === 0) this.#number(place, this.one(numbers));
      }
    } else {
      for (let left = 1 + this.below(4); left > 0; left--) this.#place(this.one(places));
    }
    return JSON.stringify(value);
  }

  /** The same bytes, some of them others, or fewer, or more. */
  bytes(content: Buffer): Buffer {
    const bytes = Buffer.from(content);
    if (bytes.length < 8) return Buffer.alloc(this.below(100), 0xff);
    switch (this.below(6)) {
      case 0:
        return bytes.subarray(0, this.below(bytes.length));
      case 1:
        return Buffer.concat([bytes, Buffer.alloc(this.below(1_000))]);
      case 2:
        return bytes.fill(this.one([0, 0xff, 0x7f, 0x30]), this.below(bytes.length));
      case 3: {
        const at = 8 * this.below(Math.floor(bytes.length / 8));
        bytes.writeDoubleLE(this.one([...NUMBERS, Number.NaN, Number.POSITIVE_INFINITY]), at);
        return bytes;
      }
      case 4:
        for (let at = 0; at < bytes.length; at++) bytes[at] = this.below(256);
        return bytes;
      default:
        for (let left = 1 + this.below(20); left > 0; left--)
          bytes[this.below(bytes.length)] = this.below(256);
        return bytes;
    }
  }

  #place(place: Place): void {
    const value = read(place);
    if (this.below(8) === 0) write(place, this.one<Json>([null, true, 0, '', [], {}]));
    else if (typeof value === 'number') this.#number(place, this.one(NUMBERS));
    else if (typeof value === 'string') write(place, this.one(TEXTS));
    else if (Array.isArray(value)) write(place, this.#list(value));
    else if (typeof value === 'object' && value !== null && this.below(2) === 0) {
      delete value[this.one([...Object.keys(value), ''])];
    } else write(place, null);
  }

  /** Whole where it was whole. */
  #number(place: Place, number: number): void {
    if (typeof read(place) !== 'number') return;
    write(place, Number.isInteger(read(place)) ? Math.round(number) : number);
  }

  #list(list: readonly Json[]): Json[] {
    switch (this.below(4)) {
      case 0:
        return [];
      case 1:
        return list.slice(0, this.below(list.length + 1));
      case 2:
        return [...list].reverse();
      default:
        return [...list, ...list];
    }
  }
}
