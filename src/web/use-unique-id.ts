import { useState } from 'preact/hooks';

let last = 0;

/** Of an element, in the whole page: Preact's own `useId` counts anew in each island. */
export function useUniqueId(): string {
  const [id] = useState(() => {
    last += 1;
    return `part-${last}`;
  });
  return id;
}
