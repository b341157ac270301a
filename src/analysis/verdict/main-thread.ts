import type { RunRecord } from '../../core/documents/run-record.ts';
import type { Hop } from '../../core/documents/trace-record.ts';
import type { Verdict } from '../../core/documents/verdict.ts';
import { formatBytes, formatMs, formatShare, listed } from '../../core/format.ts';
import { usesWorkers, VARIANT_FACTS } from '../../core/variants.ts';
import { figureOf, METRICS } from '../metrics.ts';
import { isMeasured, type Measured } from './measured.ts';
import { pairOf } from './pairs.ts';
import { present, roughMs } from './wording.ts';

/** From this share of the main thread's CPU on, a variant that takes it off is worth its threads. */
const FREED = 0.5;
/** Moving data is named from so much CPU of the main thread per job on, and from such a share of all of it. */
const MOVED_MS = 0.05;
const MOVED_SHARE = 0.1;

/** CPU of the main thread per job, and the worst stall of its event loop, ms. */
export function mainThreadOf(variant: Measured): {
  readonly mainCpuMsPerJob: number | null;
  readonly worstStallMs: number | null;
} {
  return {
    mainCpuMsPerJob: figureOf(METRICS['main-cpu'], variant),
    worstStallMs: figureOf(METRICS.stall, variant),
  };
}

/**
 * Who takes at least half of the CPU off the main thread without taking longer: the variant itself, if it has worker
 * threads, beside event-loop; else the one of the others that leaves the main thread least.
 */
export function freedOf(record: RunRecord, chosen: Measured): Verdict['freed'] {
  const measured = record.variants.filter(isMeasured);
  const pairs = usesWorkers(chosen.name)
    ? measured.filter(({ name }) => name === 'event-loop').map((of) => ({ by: chosen, of }))
    : measured.filter(({ name }) => usesWorkers(name)).map((by) => ({ by, of: chosen }));
  const freed = pairs.flatMap(({ by, of }) => {
    const verdict = pairOf(record, by.name, of.name)?.verdict;
    if (verdict !== 'no-difference' && verdict !== 'faster') return [];
    const { mainCpuMsPerJob, worstStallMs } = mainThreadOf(by);
    const from = mainThreadOf(of).mainCpuMsPerJob;
    if (mainCpuMsPerJob === null || !from || mainCpuMsPerJob > (1 - FREED) * from) return [];
    return [{ by: by.name, of: of.name, share: 1 - mainCpuMsPerJob / from, mainCpuMsPerJob, worstStallMs }];
  });
  freed.sort((a, b) => b.share - a.share);
  // The idealised pool moves no data, which programs do.
  return freed.find(({ by }) => by !== 'worker-pool-batched') ?? freed[0] ?? null;
}

/** What the main thread has to do with a variant, and who would do with less of it. */
export function mainThreadText(record: RunRecord, chosen: Measured, freed: Verdict['freed']): string[] {
  const beside = record.variants
    .filter(isMeasured)
    .find(({ name }) => name === 'event-loop' && name !== chosen.name);
  const [own, other] = [chosen, beside].map((variant) => (variant === undefined ? null : figuresOf(variant)));
  const parts = own!.flatMap(({ text, figure }, i) => {
    if (figure === null) return [];
    const theirs = other?.[i]?.figure ?? null;
    const name = i === 0 ? 'event-loop: ' : '';
    return [`${text(figure)}${theirs === null ? '' : ` (${name}${theirs})`}`];
  });
  return [...present(parts.length === 0 ? null : `${listed(parts)}.`), ...present(freedText(chosen, freed))];
}

function figuresOf(variant: Measured) {
  const { mainCpuMsPerJob, worstStallMs } = mainThreadOf(variant);
  const shown = (ms: number | null) => (ms === null ? null : formatMs(ms));
  return [
    { text: (figure: string) => `${figure} of CPU per job`, figure: shown(mainCpuMsPerJob) },
    { text: (figure: string) => `worst event-loop stall ${figure}`, figure: shown(worstStallMs) },
  ];
}

function freedText(chosen: Measured, freed: Verdict['freed']): string | null {
  if (freed === null) return null;
  const { by, of, share, mainCpuMsPerJob, worstStallMs } = freed;
  if (by === chosen.name) return `${by} takes ${formatShare(share)} of ${of}’s CPU off it.`;
  const stall = worstStallMs === null ? '' : `, worst stall ${formatMs(worstStallMs)}`;
  return `${by} takes ${formatShare(share)} of that CPU off it and no longer: use ${by} if this thread has other work (${formatMs(mainCpuMsPerJob)} per job${stall}).`;
}

/** Data whose way costs the main thread of a variant so much that it is worth naming, the dearest first. */
export function movedOf({ variants, spec }: RunRecord): Verdict['moved'] {
  return (
    variants
      .filter(isMeasured)
      // To a child process: what a small message costs the pipe is not known.
      .filter(({ name }) => VARIANT_FACTS[name].pool !== 'processes')
      .flatMap((variant) => {
        const { mainCpuMsPerJob } = mainThreadOf(variant);
        return (variant.trace?.moved?.hops ?? []).flatMap((hop): Verdict['moved'] => {
          const mainMsPerJob = mainMsOf(hop) / spec.jobs;
          const smallMsPerJob = hop.smallMainMs / spec.jobs;
          const share = mainMsPerJob / (mainCpuMsPerJob ?? mainMsPerJob);
          if (mainMsPerJob - smallMsPerJob < MOVED_MS || share < MOVED_SHARE) return [];
          const copiedBytesPerJob = hop.copiedBytes / spec.jobs;
          return [{ variant: variant.name, hop: hop.hop, copiedBytesPerJob, mainMsPerJob, smallMsPerJob }];
        });
      })
      .sort((a, b) => b.mainMsPerJob - a.mainMsPerJob)
  );
}

/** CPU of the main thread for one way of the data, all messages, ms. */
export function mainMsOf({ hop, serialiseMs, deserialiseMs }: Hop): number {
  return hop === 'main-to-worker' ? serialiseMs : deserialiseMs;
}

/** Of reading it is an estimate, and a little too low. */
export function movedText(moved: Verdict['moved']): string[] {
  return moved.map(({ variant, hop, copiedBytesPerJob, mainMsPerJob, smallMsPerJob }) => {
    const [what, small] =
      hop === 'main-to-worker' ? ['sending data', 'a few bytes'] : ['returning results', 'a small result'];
    return `${variant}: ${what} costs about ${roughMs(mainMsPerJob)} of main-thread CPU per job (${formatBytes(copiedBytesPerJob)} copied); ${small} would cost ${roughMs(smallMsPerJob)}.`;
  });
}
