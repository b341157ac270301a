export const KINDS = ['object', 'string', 'buffer'];

/** About a megabyte, the same in every process. */
export function ledgerValue(kind: string): unknown {
  const records = Array.from({ length: 10_000 }, (_, id) => ({
    id,
    name: `record ${id}`,
    tags: ['a', 'b'],
    price: id / 7,
  }));
  if (kind === 'object') return records;
  const text = JSON.stringify(records).slice(0, 1_000_000).padEnd(1_000_000, '.');
  return kind === 'string' ? text : new TextEncoder().encode(text);
}
