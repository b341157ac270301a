import type { Random } from './random.ts';

export interface ApiDefinition {
  readonly latencyMs: number;
  readonly payloadBytes: number;
  /** One record of `items`; ASCII only, so that characters are bytes. */
  record(random: Random, index: number): Readonly<Record<string, unknown>>;
}

export const DEFAULT_JITTER = 0.2;
export const DEFAULT_DISTRIBUTION = 'log-normal';

const cents = (random: Random, low: number, high: number): number =>
  random.integer(low * 100, high * 100) / 100;
const EPOCH_MS = Date.UTC(2024, 0, 1);
const time = (random: Random): string =>
  new Date(EPOCH_MS + random.integer(0, 31_535_999) * 1000).toISOString();

const FIRST = [
  'Ada',
  'Alan',
  'Barbara',
  'Donald',
  'Edsger',
  'Frances',
  'Grace',
  'Ken',
  'Leslie',
  'Tony',
] as const;
const LAST = [
  'Allen',
  'Dijkstra',
  'Hopper',
  'Hoare',
  'Knuth',
  'Lamport',
  'Liskov',
  'Lovelace',
  'Turing',
] as const;
const NOUNS = ['lamp', 'desk', 'kettle', 'bicycle', 'notebook', 'headset', 'backpack', 'monitor'] as const;
const ADJECTIVES = ['quiet', 'compact', 'brass', 'folding', 'wireless', 'enamel', 'light', 'walnut'] as const;

/** The four built-in APIs: different shapes, sizes and latencies, all with numbers to aggregate. */
export const APIS: Readonly<Record<string, ApiDefinition>> = {
  users: {
    latencyMs: 15,
    payloadBytes: 512,
    record: (random, index) => ({
      id: index + 1,
      name: `${random.pick(FIRST)} ${random.pick(LAST)}`,
      age: random.integer(18, 90),
      balance: cents(random, 0, 5000),
      active: random.next() < 0.8,
    }),
  },
  orders: {
    latencyMs: 25,
    payloadBytes: 2048,
    record: (random, index) => {
      const quantity = random.integer(1, 12);
      const unitPrice = cents(random, 1, 400);
      return {
        orderId: 100_000 + index,
        customer: { id: random.integer(1, 9999), country: random.pick(['DE', 'FR', 'JP', 'US', 'BR']) },
        quantity,
        unitPrice,
        total: Math.round(quantity * unitPrice * 100) / 100,
        status: random.pick(['open', 'paid', 'shipped', 'returned']),
        placedAt: time(random),
      };
    },
  },
  inventory: {
    latencyMs: 40,
    payloadBytes: 8192,
    record: (random, index) => ({
      sku: `SKU-${String(index + 1).padStart(6, '0')}`,
      warehouse: random.pick(['north', 'south', 'harbour', 'airport']),
      onHand: random.integer(0, 5000),
      reserved: random.integer(0, 500),
      unitCost: cents(random, 1, 250),
      binsUsed: [random.integer(1, 99), random.integer(100, 199), random.integer(200, 299)],
      countedAt: time(random),
    }),
  },
  recommendations: {
    latencyMs: 60,
    payloadBytes: 4096,
    record: (random, index) => ({
      rank: index + 1,
      product: { id: random.integer(1, 99_999), title: `${random.pick(ADJECTIVES)} ${random.pick(NOUNS)}` },
      score: random.integer(0, 1_000_000) / 1_000_000,
      price: cents(random, 5, 900),
      reasons: [random.pick(['bought', 'viewed', 'similar']), random.pick(['trending', 'local', 'new'])],
    }),
  },
};
