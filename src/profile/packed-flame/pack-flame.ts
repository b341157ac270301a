import type { FlameThread, PageFlame } from '../../core/documents/flame.ts';
import { type NumberColumn, packNumbers, packText } from '../timeline/codec/pack.ts';
import { STEPS_PER_US } from '../timeline/codec/packed.ts';
import type { FlameHead, PackedFlame } from './packed-flame.ts';

/** Packs a flame for a page; `unpackFlame` is the opposite. Deterministic for one version of Node. */
export function packFlame({ data, ...rest }: PageFlame): PackedFlame {
  const hasVariance = data.threads.every(({ variance }) => variance !== undefined);
  const head: FlameHead = {
    variant: data.variant,
    frames: data.frames,
    threads: data.threads.map(({ thread, label, duration, samples }) => {
      return { thread, label, duration, samples };
    }),
    hasVariance,
  };
  return {
    ...rest,
    head: packText(JSON.stringify(head)),
    numbers: packNumbers(data.threads.flatMap((thread) => columns(thread, hasVariance))),
  };
}

/** Depth first, a node's parent is most often the node before it. */
function columns({ frame, parent, self, variance = [] }: FlameThread, hasVariance: boolean): NumberColumn[] {
  return [
    { values: frame },
    { values: parent.map((above, node) => node - above) },
    { values: self, perUnit: STEPS_PER_US },
    ...(hasVariance ? [{ values: variance.map(Math.sqrt), perUnit: STEPS_PER_US }] : []),
  ];
}
