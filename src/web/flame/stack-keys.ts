import type { FlameFrame } from '../../core/documents/flame.ts';
import { placeKey } from '../../profile/function-table.ts';
import type { FlameTree } from './tree.ts';

/**
 * A name for each stack of a tree, by its functions from below the root on: the same in another tree, another
 * session, another page, as long as the functions are where they were. 53 bits, so that among 100,000 stacks two
 * get the same one once in a million pages; then the first is meant.
 */
export function stackKeys({ frames, frame, parent, size }: FlameTree): Float64Array {
  const hashes = frames.map(identityOf);
  const low = new Int32Array(size);
  const high = new Int32Array(size);
  const keys = new Float64Array(size);
  for (let node = 1; node < size; node += 1) {
    const [one, other] = hashes[frame[node] ?? 0] ?? [0, 0];
    const above = parent[node] ?? 0;
    low[node] = mixed(low[above] ?? 0, one);
    high[node] = mixed(high[above] ?? 0, other);
    keys[node] = keyOf(low[node] ?? 0, high[node] ?? 0);
  }
  return keys;
}

/** Key of a function, as stable as that of a stack. */
export function frameKey(frame: FlameFrame): string {
  const [low, high] = identityOf(frame);
  return keyText(keyOf(low, high));
}

function keyOf(low: number, high: number): number {
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

export function keyText(key: number): string {
  return key.toString(36);
}

/** The root where there is no such stack. */
export function nodeOfKey(keys: Float64Array, text: string): number {
  const key = Number.parseInt(text, 36);
  return Number.isNaN(key) ? 0 : Math.max(0, keys.indexOf(key, 1));
}

function identityOf(frame: FlameFrame): readonly [number, number] {
  const text = placeKey(frame);
  return [fnv(text, FNV_OFFSET), fnv(text, 0x2b5e_a3d7)];
}

/** Offset basis of FNV-1a, 32 bits. */
export const FNV_OFFSET = 0x811c_9dc5;

/** FNV-1a, over UTF-16 units. */
export function fnv(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return hash;
}

/** Order matters: a calls b is not b calls a. Murmur3's steps. */
function mixed(above: number, own: number): number {
  let hash = Math.imul((above ^ own) + 0x9e37_79b1, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return Math.imul(hash ^ (hash >>> 16) ^ Math.imul(own, 0x27d4_eb2f), 5) + 0x52dc_e729;
}
