import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Codec } from './codecs.ts';
import { hashStore } from './hash-store.ts';

/** `useState` in the page's hash: a link shows what its sender saw; `initial` is left out. Key: `<island>.<id>.<what>`. */
export function useHashState<T>(key: string, initial: T, codec: Codec<T>): readonly [T, (value: T) => void] {
  const [entry, setEntry] = useState(() => hashStore.get(key));
  useEffect(() => {
    const update = (): void => setEntry(hashStore.get(key));
    update();
    return hashStore.subscribe(key, update);
  }, [key]);
  const usual = codec.encode(initial);
  // By its text: whatever is decoded anew is another object each time.
  const value = useMemo(() => (entry === null ? null : codec.decode(entry)) ?? initial, [entry, usual]);
  const set = useCallback(
    (next: T) => {
      const written = codec.encode(next);
      hashStore.set(key, written === usual ? null : written);
    },
    [key, usual],
  );
  return [value, set];
}
