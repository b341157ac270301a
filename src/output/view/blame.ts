import { cleanText } from '../../core/clean-text.ts';
import type { ChangedFunction } from '../../core/documents/against.ts';
import { formatMicros, formatShare } from '../../core/format.ts';
import type { ProfilePair } from './compare.ts';

const MAX_OF_VARIANT = 3;

/** Of each variant the functions that changed most beyond sampling noise. */
export function changedFunctions(profiles: readonly ProfilePair[]): ChangedFunction[] {
  return profiles.flatMap(({ variant, difference }): ChangedFunction[] => {
    if (difference === null) return [];
    const { rows, totalA, totalB, noise: wholeNoise, perJob } = difference;
    const whole = totalB - totalA;
    const beyond = ({ a, b, noise }: (typeof rows)[number]): number => Math.abs(b - a) - noise;
    return rows
      .filter(({ isNoise, category }) => !isNoise && category !== 'idle')
      .toSorted((one, other) => beyond(other) - beyond(one))
      .slice(0, MAX_OF_VARIANT)
      .map(({ name, place, a, b, noise }) => {
        const share = (b - a) / whole;
        const isExplained = Math.abs(whole) > wholeNoise && share > 0;
        return {
          variant,
          name,
          place,
          changeUs: b - a,
          noiseUs: noise,
          perJob,
          share: isExplained ? share : null,
        };
      });
  });
}

/** `sequential: 38.2% of the change is in parseRow, src/csv.ts:41 (+312 µs per job)`. */
export function blameText(
  { variant, name, place, changeUs, perJob, share }: ChangedFunction,
  shown: (text: string) => string = cleanText,
): string {
  const where = place === null ? shown(name) : `${shown(name)}, ${shown(place)}`;
  const change = `${changeUs < 0 ? '−' : '+'}${formatMicros(Math.abs(changeUs))}${perJob ? ' per job' : ''}`;
  return share === null
    ? `${variant}: ${change} in ${where}`
    : `${variant}: ${formatShare(share)} of the change is in ${where} (${change})`;
}
