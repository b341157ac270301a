import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

export interface Size {
  /** CSS pixels within the element's padding and scroll bar. */
  readonly width: number;
  /** Device pixels in a CSS pixel; changes with the browser's zoom and between screens. */
  readonly pixelRatio: number;
}

export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, pixelRatio: 1 });
  useLayoutEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    const update = (): void => {
      const next = { width: observed.clientWidth, pixelRatio: window.devicePixelRatio };
      setSize((last) => (last.width === next.width && last.pixelRatio === next.pixelRatio ? last : next));
    };
    update();
    const observer = new ResizeObserver(update);
    observer.observe(observed);
    window.addEventListener('resize', update);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', update);
    };
  }, [element]);
  return size;
}
