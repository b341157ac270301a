/**
 * Trials of distributed-queue with a fault of each kind in turn, at a random moment: every job must have exactly one row,
 * with the digest that it has in event-loop, the trial after it must be whole, and nothing may be left in the store.
 *
 *   make queue-chaos         (ARGS="--trials 6 --seed 3 --kind slow --jobs 60")
 *
 * With `--jobs 12000` there are more jobs than the store holds at once.
 */
import { parseArgs } from 'node:util';
import { median } from '../../src/core/statistics/quantile.ts';
import { createRandom } from '../../src/core/statistics/random.ts';
import { LOCK_MS, MAX_STALLED, STALLED_CHECK_MS } from '../../src/engine/variants/queue/protocol.ts';
import { cleanUps } from '../support/clean-ups.ts';
import { CHAOS_KINDS, type ChaosKind, chaosTrial, QUEUE_JOBS } from '../support/queue-chaos.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string', default: '' },
    jobs: { type: 'string', default: String(QUEUE_JOBS) },
  },
});
const jobs = Number(values.jobs);
/** Of a runner, and of a trial without any worker, or without an answer of the server: then it is given up. */
const START_MS = 60_000;
const SILENCE_MS = 30_000;
/** A job that is lost again and again fails after so long. */
const LOSSES_MS = (MAX_STALLED + 1) * (LOCK_MS + STALLED_CHECK_MS);
/** Workers that do not answer before a trial are taken for lost. */
const ANSWER_MS = 60_000;
/**
 * What the protocol allows, and not what a quiet machine takes: two runners (the baseline, and the one with the fault) and
 * the two trials of the latter. Whoever is beyond it hangs.
 */
const LIMIT_MS = 2 * START_MS + 2 * (ANSWER_MS + SILENCE_MS + LOSSES_MS + 5 * jobs);

interface Seen {
  readonly trials: number[];
  readonly failures: string[];
  reRuns: number;
  duplicates: number;
  lostRows: number;
}

const kinds = CHAOS_KINDS.filter((kind) => kind.includes(values.kind));
const seen = new Map<ChaosKind, Seen>(
  kinds.map((kind) => [kind, { trials: [], failures: [], reRuns: 0, duplicates: 0, lostRows: 0 }]),
);
for (let trial = 0; trial < Number(values.trials); trial++) {
  const kind = kinds[trial % kinds.length]!;
  await run(kind, Number(values.seed) * 1_000 + trial, seen.get(kind)!);
}
console.log(
  '| fault | trials | failed | jobs run again | duplicates | rows that the store lost | s, median (most) |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const [kind, { trials, failures, reRuns, duplicates, lostRows }] of seen) {
  if (trials.length === 0) continue;
  const [middle, most] = [median(trials)!, Math.max(...trials)].map((ms) => (ms / 1e3).toFixed(1));
  const cells = [trials.length, failures.length, reRuns, duplicates, lostRows, `${middle} (${most})`];
  console.log(`| ${kind} | ${cells.join(' | ')} |`);
}
const failures = [...seen.values()].flatMap((each) => each.failures);
for (const failure of failures) console.log(failure);
process.exit(failures.length > 0 ? 1 : 0);

async function run(kind: ChaosKind, seed: number, into: Seen): Promise<void> {
  const { context, run: cleanUp } = cleanUps();
  const startedAt = performance.now();
  const limit = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`not done after ${LIMIT_MS / 1e3} s`)), LIMIT_MS).unref();
  });
  try {
    const trial = chaosTrial(context, kind, createRandom(seed), jobs);
    const { reRuns, duplicates, lostRows } = await Promise.race([trial, limit]);
    into.reRuns += reRuns;
    into.duplicates += duplicates;
    into.lostRows += lostRows;
  } catch (thrown) {
    into.failures.push(`${kind}, seed ${seed}: ${thrown instanceof Error ? thrown.stack : thrown}`);
  } finally {
    into.trials.push(performance.now() - startedAt);
    await cleanUp();
  }
}
