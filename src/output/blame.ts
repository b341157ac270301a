import { cleanText } from '../core/clean-text.ts';
import { formatMicros, formatShare } from '../core/format.ts';
import type { VariantName } from '../core/variants.ts';
import type { ProfilePair } from './pages/compare/view.ts';

/** A function whose own time changed by more than sampling noise, from the base to the change. */
export interface Blame {
  readonly variant: VariantName;
  readonly name: string;
  readonly place: string | null;
  /** µs of its own time, per job if `perJob`. */
  readonly changeUs: number;
  readonly perJob: boolean;
  /** Of the change of all running code; null where that is within sampling noise, or the other way. */
  readonly share: number | null;
}

const MAX_OF_VARIANT = 3;

/** Of each variant the functions that changed most. */
export function blamesOf(profiles: readonly ProfilePair[], most = MAX_OF_VARIANT): Blame[] {
  return profiles.flatMap(({ variant, difference }): Blame[] => {
    if (difference === null) return [];
    const { rows, totalA, totalB, noiseUs, perJob } = difference;
    const whole = totalB - totalA;
    return rows
      .filter(({ isNoise, category }) => !isNoise && category !== 'idle')
      .slice(0, most)
      .map(({ name, place, a, b }) => {
        const share = (b - a) / whole;
        const told = Math.abs(whole) > noiseUs && share > 0;
        return { variant, name, place, changeUs: b - a, perJob, share: told ? share : null };
      });
  });
}

/** `sequential: +312 µs per job in parseRow, src/csv.ts:41 (+38% of the change)`. */
export function blameText({ variant, name, place, changeUs, perJob, share }: Blame): string {
  const sign = changeUs < 0 ? '−' : '+';
  const where = place === null ? cleanText(name) : `${cleanText(name)}, ${cleanText(place)}`;
  const part = share === null ? '' : ` (${formatShare(share)} of the change)`;
  return `${variant}: ${sign}${formatMicros(Math.abs(changeUs))}${perJob ? ' per job' : ''} in ${where}${part}`;
}
