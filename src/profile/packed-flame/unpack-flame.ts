import type { FlameThread, PageFlame } from '../../core/documents/flame.ts';
import { unpackHead, unpackNumbers } from '../timeline/codec/unpack.ts';
import type { FlameHead, PackedFlame, ThreadHead } from './packed-flame.ts';

/** Reverses `packFlame`, in browsers and Node. Rejects with a RangeError if it is incomplete or inconsistent. */
export async function unpackFlame({ head, numbers, ...rest }: PackedFlame): Promise<PageFlame> {
  const [{ variant, frames, threads, hasVariance }, columns] = await Promise.all([
    unpackHead<FlameHead>(head, ['frames', 'threads'], refused),
    unpackNumbers(numbers),
  ]);
  const each = hasVariance ? 4 : 3;
  if (columns.length !== threads.length * each) throw refused('its columns are not its threads');
  return {
    ...rest,
    data: {
      variant,
      frames,
      threads: threads.map((thread, i) => {
        const own = columns.slice(i * each, (i + 1) * each);
        return threadOf(thread, own, frames.length);
      }),
    },
  };
}

function threadOf(
  { thread, label, duration, samples }: ThreadHead,
  [frame = NONE, up = NONE, self = NONE, deviation]: readonly Float64Array[],
  frames: number,
): FlameThread {
  const size = frame.length;
  const lengths = [up.length, self.length, deviation?.length ?? size];
  if (size === 0 || lengths.some((length) => length !== size)) throw refused('its columns differ in length');
  const parent = Array.from(up, (steps, node) => node - steps);
  const isTree = parent.every((above, node) => (node === 0 ? above === -1 : above >= 0 && above < node));
  if (!isTree) throw refused('calls come before their callers');
  if (!frame.every((index) => index >= 0 && index < frames)) throw refused('a function is missing');
  return {
    ...{ thread, label, duration, samples },
    ...{ frame: Array.from(frame), parent, self: Array.from(self) },
    ...(deviation === undefined ? {} : { variance: Array.from(deviation, (us) => us ** 2) }),
    lines: { frame: [], line: [], self: [] },
  };
}

const NONE = new Float64Array(0);

function refused(why: string): RangeError {
  return new RangeError(`the page's flamegraph can't be read: ${why}`);
}
