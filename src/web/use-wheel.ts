import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Listens to the wheel over an element. Preact's onWheel may be passive, and a passive listener cannot keep the page
 * from scrolling along.
 */
export function useWheel(target: RefObject<HTMLElement | null>, onWheel: (event: WheelEvent) => void): void {
  const latest = useRef(onWheel);
  latest.current = onWheel;
  useEffect(() => {
    const element = target.current;
    const listen = (event: WheelEvent): void => latest.current(event);
    element?.addEventListener('wheel', listen, { passive: false });
    return () => element?.removeEventListener('wheel', listen);
  }, []);
}
