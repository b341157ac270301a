import { useEffect, useState } from 'preact/hooks';
import type { Theme } from './flame/colours.ts';

/** A canvas doesn't follow the style sheet: it has to be drawn again, and on paper always in light. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState<Theme>(currentTheme);
  useEffect(() => {
    const queries = [matchMedia('(prefers-color-scheme: dark)'), matchMedia('print')];
    const update = (): void => setTheme(currentTheme());
    for (const query of queries) query.addEventListener('change', update);
    return () => {
      for (const query of queries) query.removeEventListener('change', update);
    };
  }, []);
  return theme;
}

function currentTheme(): Theme {
  return matchMedia('(prefers-color-scheme: dark)').matches && !matchMedia('print').matches
    ? 'dark'
    : 'light';
}
