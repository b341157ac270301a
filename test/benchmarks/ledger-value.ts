import { openThreadCpuClock } from '../../src/engine/measurement/user-code.ts';

export const KINDS = ['object', 'string', 'buffer'];
/** CPU to write a value of the kind `known`, ms: structured clone calls its getter, which computes for as long. */
export const KNOWN_MS = 4;

const cpu = openThreadCpuClock();

/** `known`, or about a megabyte, the same in every process. */
export function ledgerValue(kind: string | undefined): unknown {
  if (kind === 'known') {
    return {
      get burnt() {
        const until = cpu!.read() + KNOWN_MS * 1e6;
        while (cpu!.read() < until);
        return 0;
      },
    };
  }
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
