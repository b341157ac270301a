import { formatSignedPercent } from '../../../analysis/comparison/wording.ts';
import { formatMicros, formatShare, formatUs } from '../../../core/format.ts';
import type { Difference } from '../run/view/differential.ts';
import type { ProfilePageView, ProfileSide } from './view.ts';

/** Below so much of the time a thread is said to have waited. */
const MOSTLY_BUSY = 0.5;
/** Of a file, in a headline. */
const MAX_NAME = 32;

/** What the page says first: a sentence, and what goes with it. */
export interface Lead {
  readonly headline: string;
  readonly sentences: readonly string[];
}

export function leadOf({ sides, difference }: ProfilePageView): Lead {
  const [a, b] = sides;
  if (a === undefined) throw new RangeError('a page without a profile');
  return b === undefined || difference === null ? leadOfOne(a) : leadOfTwo(a, b, difference);
}

function leadOfOne(side: ProfileSide): Lead {
  const { durationUs, busyUs, functions, threads } = side;
  const share = durationUs > 0 ? busyUs / durationUs : 0;
  const [top] = functions;
  const most =
    top === undefined || top.self === 0
      ? []
      : [
          `The largest part of it was in ${top.name}${top.place === null ? '' : ` (${top.place})`}: ${formatUs(top.self)} of its own, ${formatShare(top.self / busyUs)}.`,
        ];
  const waited =
    share >= MOSTLY_BUSY
      ? []
      : [
          `The rest of the time ${threads.length === 0 ? 'it' : 'they'} waited: no function ran, and none that is made faster makes that shorter.`,
        ];
  return {
    headline:
      threads.length === 0
        ? `Busy for ${formatUs(busyUs)} of ${formatUs(durationUs)}, ${formatShare(share)} of the time.`
        : `${threads.length} threads together: busy for ${formatUs(busyUs)} of ${formatUs(durationUs)}, ${formatShare(share)} of their time.`,
    sentences: [...most, ...waited],
  };
}

function leadOfTwo(
  one: ProfileSide,
  other: ProfileSide,
  { perJob, totalA, totalB, noiseUs, rows }: Difference,
): Lead {
  // Long names stand above the headline, and would be most of it.
  const short = Math.max(one.name.length, other.name.length) <= MAX_NAME;
  const [before, after] = short ? [one.name, other.name] : ['the first', 'The second profile'];
  const of = perJob ? ' per job' : '';
  const more = totalB > totalA ? 'more' : 'less';
  const top = rows.find(({ isNoise }) => !isNoise);
  const change = totalA > 0 ? ` (${formatSignedPercent(100 * (totalB / totalA - 1))})` : '';
  const same = Math.abs(totalB - totalA) <= noiseUs;
  const headline = same
    ? `${after} was busy as long as ${before}, as far as samples can tell: ${formatMicros(totalB)}${of} and ${formatMicros(totalA)}.`
    : `${after} was busy for ${formatMicros(Math.abs(totalB - totalA))}${of} ${more} than ${before}: ${formatMicros(totalB)} instead of ${formatMicros(totalA)}${change}.`;
  const most =
    top === undefined
      ? [
          same
            ? 'No function’s own time differs by more than sampling would.'
            : 'The samples are too few to say in which function.',
        ]
      : [
          `The biggest difference is in ${top.name}${top.place === null ? '' : ` (${top.place})`}: ${formatMicros(top.b)}${of} instead of ${formatMicros(top.a)}.`,
        ];
  return {
    headline,
    sentences: [
      ...most,
      'Each profile was taken once: by how much two of the same program differ, these two can’t tell.',
    ],
  };
}
