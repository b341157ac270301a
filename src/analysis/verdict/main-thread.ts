import type { RunRecord } from '../../core/documents/run-record.ts';
import type { Hop } from '../../core/documents/trace-record.ts';
import type { Verdict } from '../../core/documents/verdict.ts';
import { formatBytes, formatMs, formatShare, listed } from '../../core/format.ts';
import { usesWorkers, VARIANT_FACTS } from '../../core/variants.ts';
import { figureOf, METRICS } from '../metrics.ts';
import { isMeasured, type Measured } from './measured.ts';
import { pairOf } from './pairs.ts';
import { present, roughMs } from './wording.ts';

/** A variant that takes at least this share of CPU off the main thread is worth its threads. */
const FREED = 0.5;
/** Moving data is reported from this CPU of the main thread per job, ms, and this share of its CPU. */
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
 * The variant that takes at least half of the CPU off the main thread and is not slower: the variant itself, compared
 * with event-loop, if it has worker threads; else the other variant with the least CPU on the main thread.
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
  // The idealised pool moves no data, but real programs do.
  return freed.find(({ by }) => by !== 'worker-pool-batched') ?? freed[0] ?? null;
}

/** CPU of the main thread with a variant, and the variant that needs less. */
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
    { text: (figure: string) => `worst stall ${figure}`, figure: shown(worstStallMs) },
  ];
}

function freedText(chosen: Measured, freed: Verdict['freed']): string | null {
  if (freed === null) return null;
  const { by, of, share, mainCpuMsPerJob, worstStallMs } = freed;
  if (by === chosen.name) return `${by} moves ${formatShare(share)} of ${of}’s CPU per job off this thread.`;
  const stall = worstStallMs === null ? '' : `, worst stall ${formatMs(worstStallMs)}`;
  return `${by} moves ${formatShare(share)} of that CPU off this thread and is no slower: use it if this thread has other work (${formatMs(mainCpuMsPerJob)} per job${stall}).`;
}

/** Data whose transfer costs a variant's main thread enough to report, most expensive first. */
export function movedOf({ variants, spec }: RunRecord): Verdict['moved'] {
  return (
    variants
      .filter(isMeasured)
      // To a child process: the cost of a small message in the pipe is unknown.
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

/** CPU of the main thread for one direction, all messages, ms. */
function mainMsOf({ hop, serialiseMs, deserialiseMs }: Hop): number {
  return hop === 'main-to-worker' ? serialiseMs : deserialiseMs;
}

/** For reads an estimate, slightly too low. */
export function movedText(moved: Verdict['moved']): string[] {
  return moved.map(({ variant, hop, copiedBytesPerJob, mainMsPerJob, smallMsPerJob }) => {
    const [what, small] =
      hop === 'main-to-worker' ? ['sending data', 'a few bytes'] : ['returning results', 'a small result'];
    return `${variant}: ${what} costs about ${roughMs(mainMsPerJob)} of main-thread CPU per job (${formatBytes(copiedBytesPerJob)} copied); ${small} would cost ${roughMs(smallMsPerJob)}.`;
  });
}
