import { isAbsolute, relative, sep } from 'node:path';

/** A path as a person would type it here: relative if it is below the current folder. */
export function shownPath(absolute: string): string {
  const near = relative(process.cwd(), absolute);
  const outside = near === '..' || near.startsWith(`..${sep}`) || isAbsolute(near);
  return outside || near === '' ? absolute : near;
}
