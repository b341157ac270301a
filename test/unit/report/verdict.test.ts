import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { wrapText } from '../../../src/report/terminal/style.ts';
import { crossoverOf } from '../../../src/report/verdict/model.ts';
import { verdictOf } from '../../../src/report/verdict/verdict.ts';
import { phrasesOf, textOf } from '../../../src/report/verdict/wording.ts';
import type { RunRecord } from '../../../src/types/run-record.ts';
import { VARIANT_NAMES } from '../../../src/types/variant-names.ts';
import { block, outcomes, record, scheduled, variant } from '../../fixtures/runs/records.ts';
import { type Case, NOISY, verdictCase } from '../../fixtures/runs/verdict-cases.ts';

/** All that a verdict says, as a person reads it. */
function said(run: RunRecord): string {
  const { kind, recommended, binding, text, lines } = verdictOf(run);
  return [
    `[${kind}, use ${recommended ?? 'nothing'}, binds: ${binding ?? 'unknown'}]`,
    ...wrapText(text, 100),
    ...lines.flatMap((line) => wrapText(`${line.label}: ${line.text}`, 100, '', '  ')),
  ].join('\n');
}

/** The same, each line unbroken. */
function plain(run: RunRecord): string {
  return verdictOf(run)
    .lines.map(({ label, text }) => `${label}: ${text}`)
    .join('\n');
}

/** One after another, 40 jobs of about 100 ms; sixteen at once, a sixteenth of it. */
const SEQUENTIAL = {
  wall: 4_120,
  cpuMs: 37,
  limit: { binds: 'waits', waitsMs: 4_020, cpuMs: 36, serverMs: 4 },
} as const;

const WAITING = {
  variants: {
    sequential: SEQUENTIAL,
    'event-loop': {
      wall: 331,
      cpuMs: 34,
      limit: { binds: 'waits', waitsMs: 251.25, cpuMs: 31, serverMs: 4 },
    },
    'worker-pool': {
      wall: 334,
      cpuMs: 60,
      limit: { binds: 'waits', waitsMs: 251.25, cpuMs: 29, serverMs: 4 },
    },
    'worker-pool-batched': {
      wall: 332,
      cpuMs: 51,
      limit: { binds: 'waits', waitsMs: 251.25, cpuMs: 24, serverMs: 4 },
    },
  },
} as const satisfies Case;

const COMPUTING = {
  variants: {
    sequential: {
      wall: 1_060,
      cpuMs: 840,
      limit: { binds: 'waits', waitsMs: 1_030, cpuMs: 830, serverMs: 4 },
    },
    'event-loop': { wall: 850, cpuMs: 838, limit: { binds: 'cpu', waitsMs: 64.4, cpuMs: 830, serverMs: 4 } },
    'worker-pool': { wall: 440, cpuMs: 860, limit: { binds: 'cpu', waitsMs: 64.4, cpuMs: 424, serverMs: 4 } },
    'worker-pool-batched': {
      wall: 438,
      cpuMs: 851,
      limit: { binds: 'cpu', waitsMs: 64.4, cpuMs: 421, serverMs: 4 },
    },
  },
} as const satisfies Case;

const PAIR = { 'event-loop': { wall: 331 }, 'worker-pool': { wall: 338, cpuMs: 60 } } as const;

describe('what is decided, and what binds', () => {
  test('waiting binds: overlap wins, and of those that overlap the one without threads', () => {
    assert.equal(
      said(verdictCase(WAITING)),
      `[decided, use event-loop, binds: waits]
Use event-loop at 16 in flight: it ran the same 40 jobs 12.5 times as fast as sequential.
Factor: 95% interval 12.3–12.6× over 12 rounds; 331 ms against 4,126 ms at the median.
Choice: No difference between event-loop, worker-pool and worker-pool-batched that this run could
  see (it would have seen 6.9%). event-loop is the cheapest of them: 1 thread instead of 2, 0.850 ms
  of CPU for each job instead of 1.28 ms to 1.50 ms and 21.8 ms to start instead of 164 ms.
Cost: 0.850 ms of CPU for each job (sequential 0.925 ms), 84.3 MB at the peak (84.3 MB) and 21.8 ms
  to start (21.8 ms).
Limit: Waiting binds: with perfect overlap the longest chain of jobs at 16 in flight would take
  251 ms, 75.9% of event-loop’s wall; CPU on 1 thread would take 31.0 ms and the server at its
  ceiling 4.00 ms.
Change: Threads would begin to pay from about 6.6 ms of CPU for each job on (0.78 ms now). More in
  flight should help until the longest job alone sets the time; \`threadmill sweep --concurrency
  16,32,40\` measures it.
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%). The smallest difference that would have shown: 6.1% to 6.9%, depending on the pair.`,
    );
  });

  test('CPU binds: threads win, and it is said when they would not', () => {
    assert.equal(
      said(verdictCase(COMPUTING)),
      `[decided, use worker-pool, binds: cpu]
Use worker-pool at 16 in flight: it ran the same 40 jobs 2.39 times as fast as sequential.
Factor: 95% interval 2.38–2.44× over 12 rounds; 441 ms against 1,062 ms at the median.
Choice: No difference between worker-pool and worker-pool-batched that this run could see (it would
  have seen 6.9%). worker-pool is the simplest of them. Next is event-loop, 0.517 times as fast as
  worker-pool (95% interval 0.512–0.525×).
Cost: 21.5 ms of CPU for each job (sequential 21.0 ms), 84.3 MB at the peak (84.3 MB) and 164 ms to
  start (21.8 ms).
Limit: CPU binds: with perfect overlap CPU on 2 threads would take 424 ms, 96.4% of worker-pool’s
  wall; the longest chain of jobs at 16 in flight would take 64.4 ms and the server at its ceiling
  4.00 ms.
Change: event-loop would do as well below about 0.33 ms of CPU for each job (21 ms now): then one
  thread is enough. All 2 CPUs are in use: only less CPU for each job, or more CPUs, make it faster.
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%). The smallest difference that would have shown: 6.1% to 6.9%, depending on the pair.`,
    );
  });

  test('CPU binds, and threads found none to spare', () => {
    const limit = { binds: 'cpu', waitsMs: 64.4, cpuMs: 400 } as const;
    const run = verdictCase({
      variants: { 'event-loop': { wall: 500, limit }, 'worker-pool': { wall: 504, cpuMs: 60, limit } },
    });
    assert.match(
      plain(run),
      /Threads did not help: CPU binds them too, on the 2 CPUs of this machine, which the server uses as well\./,
    );
  });

  test('more CPUs than threads: more threads would help', () => {
    const run = verdictCase(COMPUTING);
    run.environment.cpus = 8;
    assert.match(plain(run), /More threads would help, as long as there are CPUs: it has 2 on 8 of them/);
  });

  test('where the longest job sets the time, more overlap does not get below it', () => {
    const limit = { binds: 'waits', waitsMs: 320, cpuMs: 31 } as const;
    const run = verdictCase({ variants: { ...WAITING.variants, 'event-loop': { wall: 331, limit } } });
    assert.match(
      plain(run),
      /More in flight may come nearer to the 320 ms of the longest job, and no further;/,
    );
  });

  test('CPU is said to be the server’s as well where it is', () => {
    const limit = { binds: 'cpu', waitsMs: 251.25, cpuMs: 320 } as const;
    const run = verdictCase({
      variants: { ...WAITING.variants, 'event-loop': { wall: 331, cpuMs: 250, limit } },
    });
    assert.match(plain(run), /with perfect overlap CPU of client and server on 2 CPUs would take 320 ms/);
  });

  test('the server binds: no variant helps', () => {
    assert.equal(
      said(
        verdictCase({
          variants: {
            sequential: SEQUENTIAL,
            'event-loop': {
              wall: 612,
              cpuMs: 34,
              limit: { binds: 'server', waitsMs: 251.25, cpuMs: 31, serverMs: 590 },
            },
            'worker-pool': {
              wall: 615,
              cpuMs: 60,
              limit: { binds: 'server', waitsMs: 251.25, cpuMs: 29, serverMs: 590 },
            },
          },
        }),
      ),
      `[decided, use event-loop, binds: server]
Use event-loop at 16 in flight: it ran the same 40 jobs 6.74 times as fast as sequential.
Factor: 95% interval 6.63–6.81× over 12 rounds; 613 ms against 4,126 ms at the median.
Choice: No difference between event-loop and worker-pool that this run could see (it would have seen
  6.2%). event-loop is the cheapest of them: 1 thread instead of 2, 0.850 ms of CPU for each job
  instead of 1.50 ms and 21.8 ms to start instead of 164 ms.
Cost: 0.850 ms of CPU for each job (sequential 0.925 ms), 84.3 MB at the peak (84.3 MB) and 21.8 ms
  to start (21.8 ms).
Limit: The server binds: with perfect overlap the server at its ceiling would take 590 ms, 96.4% of
  event-loop’s wall; the longest chain of jobs at 16 in flight would take 251 ms and CPU on 1 thread
  31.0 ms.
Change: No other variant helps until the server answers more: it sets the pace, and whoever asks
  faster waits longer.
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%). The smallest difference that would have shown: 5.9% to 6.2%, depending on the pair.`,
    );
  });

  test('mixed: waits and CPU within half as much again of each other', () => {
    assert.equal(
      said(
        verdictCase({
          variants: {
            sequential: SEQUENTIAL,
            'event-loop': {
              wall: 520,
              cpuMs: 244,
              limit: { binds: 'waits', waitsMs: 251.25, cpuMs: 244, serverMs: 4 },
              account: { waiting: 0.3, 'user-cpu': 0.42, 'client-cpu': 0.05, queueing: 0.21 },
            },
            'worker-pool': {
              wall: 521,
              cpuMs: 280,
              limit: { binds: 'waits', waitsMs: 251.25, cpuMs: 140, serverMs: 4 },
            },
          },
        }),
      ),
      `[decided, use event-loop, binds: mixed]
Use event-loop at 16 in flight: it ran the same 40 jobs 7.93 times as fast as sequential.
Factor: 95% interval 7.81–8.02× over 12 rounds; 521 ms against 4,126 ms at the median.
Choice: No difference between event-loop and worker-pool that this run could see (it would have seen
  6.2%). event-loop is the cheapest of them: 1 thread instead of 2, 6.10 ms of CPU for each job
  instead of 7.00 ms and 21.8 ms to start instead of 164 ms.
Cost: 6.10 ms of CPU for each job (sequential 0.925 ms), 84.3 MB at the peak (84.3 MB) and 21.8 ms
  to start (21.8 ms).
Limit: Waiting and CPU bind about alike: with perfect overlap the longest chain of jobs at 16 in
  flight would take 251 ms, 48.3% of event-loop’s wall; CPU on 1 thread would take 244 ms and the
  server at its ceiling 4.00 ms. So this limit is far from reached: the wall is 2.07 times as long.
  Beside it, 21.0% of the threads’ time went into queueing.
Change: Threads would begin to pay from about 6.3 ms of CPU for each job on (6.1 ms now).
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%). The smallest difference that would have shown: 5.9% to 6.2%, depending on the pair.`,
    );
  });

  test('without a traced pass: what the threads’ event loops tell, and no more', () => {
    const busy = (share: number) => ({
      threads: [
        {
          thread: 0,
          eventLoop: { activeMs: share * 331, delayMs: null },
          cpu: null,
          gc: { count: 0, pauseMs: 0, longestMs: 0 },
          heapUsedBytes: 1,
        },
      ],
    });
    const run = (share: number) =>
      verdictCase({
        variants: { sequential: { wall: 4_120 }, 'event-loop': { wall: 331, over: busy(share) } },
      });
    assert.equal(
      said(run(0.12)),
      `[decided, use event-loop, binds: waits]
Use event-loop at 16 in flight: it ran the same 40 jobs 12.5 times as fast as sequential.
Factor: 95% interval 12.3–12.6× over 12 rounds; 331 ms against 4,126 ms at the median.
Cost: 0.750 ms of CPU for each job (sequential 0.750 ms), 84.3 MB at the peak (84.3 MB) and 21.8 ms
  to start (21.8 ms).
Limit: Waiting binds: its thread was busy for only 12.0% of a typical block of event-loop.
Change: More in flight may help; \`threadmill sweep --concurrency 16,32,40\` measures it.
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%). The smallest difference that would have shown: 5.3%.`,
    );
    assert.equal(verdictOf(run(0.97)).binding, 'cpu');
    assert.equal(verdictOf(run(0.7)).binding, null);
    const server = { requests: 40, cpuMs: 300, eventLoopUtilization: 0.99 };
    const slow = verdictCase({
      variants: { sequential: { wall: 4_120 }, 'event-loop': { wall: 331, over: { ...busy(0.1), server } } },
    });
    assert.equal(verdictOf(slow).binding, 'server');
    assert.match(plain(slow), /The server binds: it was busy for 99\.0% of a typical block/);
  });
});

test('a rate limit of the client’s own is what binds, if it takes the time', () => {
  const run = verdictCase({ variants: { sequential: SEQUENTIAL, 'event-loop': { wall: 331 } } });
  // 39 slots of 8.3 ms before the last job.
  run.spec = { ...run.spec, load: { kind: 'closed', maxRate: 120 } };
  assert.equal(verdictOf(run).binding, 'rate');
  assert.match(
    plain(run),
    /Limit: The rate limit binds: 40 jobs at 120 a second are 98\.0% of event-loop’s wall\./,
  );
  run.spec = { ...run.spec, load: { kind: 'closed', maxRate: 1_000 } };
  assert.equal(verdictOf(run).binding, null);
});

describe('from how much CPU on threads pay', () => {
  const crossover = (longest: boolean) => {
    // Four jobs, two in flight: waits of 4 × 10 ms, or of 1, 1, 1 and 50; 2 ms of CPU each.
    const totalMs = longest ? 61 : 48;
    const run = verdictCase({
      variants: {
        sequential: { wall: 100, cpuMs: 9, limit: { binds: 'waits', waitsMs: totalMs, cpuMs: 8 } },
        'event-loop': {
          wall: 60,
          cpuMs: 9,
          limit: { binds: 'waits', waitsMs: longest ? 52 : 24, cpuMs: 8 },
        },
      },
    });
    run.spec = { ...run.spec, jobs: 4 };
    for (const each of run.variants) if (each.concurrency > 1) each.concurrency = 2;
    return crossoverOf(run);
  };

  test('where the CPU of all overtakes the chain: Σw ÷ N ÷ (K − 1)', () => {
    // 10 ms: then a chain of two jobs takes 2 × 20 ms, and so does the CPU of all four.
    assert.deepEqual(crossover(false), { nowMs: 2, atMs: 10 });
  });

  test('and the longest job: its wait ÷ (N − 1)', () => {
    // By the chains 53 ÷ 4 = 13.25 ms would do; the longest job is overtaken later.
    assert.deepEqual(crossover(true), { nowMs: 2, atMs: 50 / 3 });
  });

  test('not known without a traced pass', () => {
    assert.equal(crossoverOf(verdictCase({ variants: PAIR })), null);
  });
});

describe('what can’t be told apart', () => {
  test('no difference is a verdict, with what would have been seen', () => {
    assert.equal(
      said(
        verdictCase({ variants: { 'event-loop': { wall: 331 }, 'worker-pool': { wall: 332, cpuMs: 60 } } }),
      ),
      `[level, use event-loop, binds: unknown]
No difference between event-loop and worker-pool that this run could see (it would have seen 5.3%):
use event-loop, the cheaper.
Factor: event-loop took 331 ms at the median. worker-pool was 0.997 times as fast (95% interval
  0.982–1.01× over 12 rounds).
Choice: 1 thread instead of 2, 0.750 ms of CPU for each job instead of 1.50 ms and 21.8 ms to start
  instead of 164 ms.
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%). The smallest difference that would have shown: 5.3%.`,
    );
  });

  test('noisy: nothing is decided, and what it would take is said', () => {
    const warning = {
      code: 'machine-noisy',
      message: 'other programs used 65% of the machine’s CPU during the timed blocks',
      advice: 'Stop what else is running and repeat.',
      variant: null,
    };
    assert.equal(
      said(
        verdictCase({
          variants: {
            'event-loop': { wall: 331, noise: NOISY },
            'worker-pool': { wall: 338, noise: NOISY },
          },
          over: {
            rounds: { completed: 12, endedBy: 'max-time', looks: 1, halfWidth: 0.34 },
            warnings: [warning],
          },
        }),
      ),
      `[undecided, use nothing, binds: unknown]
Undecided: the rounds differ too much to tell event-loop and worker-pool apart.
Undecided: event-loop against worker-pool: 1.01 times as fast (95% interval 0.746–1.47); only one of
  61% would have shown.
Advice: Other programs used 65% of the machine’s CPU during the timed blocks: stop what else is
  running. More rounds would hardly help: make blocks longer (--jobs), or take a quieter machine.
Rounds: 12 rounds, until 20 s were up; ±2% was not reached (widest at the last look ±34%).`,
    );
  });

  test('noise that more rounds would overcome: how many', () => {
    const noise = NOISY.map((share) => 1 + (share - 1) / 4);
    const run = verdictCase({
      variants: { 'event-loop': { wall: 331, noise }, 'worker-pool': { wall: 334, noise } },
    });
    assert.equal(verdictOf(run).kind, 'undecided');
    assert.match(
      plain(run),
      /^Advice: About \d\d rounds as noisy as these 12 would show a difference of 10% \(a longer --max-time\)\.$/m,
    );
    run.spec = { ...run.spec, rounds: 12 };
    assert.match(plain(run), /would show a difference of 10% \(--rounds \d\d\)\.$/m);
  });

  test('of those in the lead only one may hold it against the baseline', () => {
    const quickest = { ...WAITING.variants['worker-pool'], wall: 325 };
    const run = verdictCase({ variants: { ...WAITING.variants, 'worker-pool': quickest } });
    for (const pair of run.comparisons) {
      if (pair.b === 'event-loop') Object.assign(pair, { verdict: 'no-difference', reason: null });
    }
    assert.equal(verdictOf(run).recommended, 'worker-pool-batched');
    assert.match(
      plain(run),
      /worker-pool-batched is the cheapest of those found faster than sequential: 1\.28 ms of CPU for each job instead of 1\.50 ms\./,
    );
  });

  test('interval and test may disagree, and then nothing is decided either', () => {
    const run = verdictCase({ variants: PAIR });
    const [pair] = run.comparisons;
    Object.assign(pair ?? {}, { verdict: 'undecided', reason: 'interval-and-test-disagree' });
    assert.equal(verdictOf(run).kind, 'undecided');
    assert.match(plain(run), /of interval and test only one sees a difference/);
  });

  test('of undecided seconds the cheap one is still taken, and it is said that they are', () => {
    const run = verdictCase(WAITING);
    for (const pair of run.comparisons) {
      if (pair.a === 'sequential') continue;
      Object.assign(pair, { verdict: 'undecided', reason: 'interval-and-test-disagree' });
    }
    assert.equal(verdictOf(run).recommended, 'event-loop');
    assert.match(
      plain(run),
      /Choice: Whether worker-pool or worker-pool-batched is as fast or faster was not decided\./,
    );
  });

  test('too few rounds are a first impression, whatever they show', () => {
    assert.equal(
      said(
        verdictCase({
          ...WAITING,
          rounds: 3,
          asked: 3,
          over: { rounds: { completed: 3, endedBy: 'rounds', looks: 0, halfWidth: null } },
        }),
      ),
      `[undecided, use nothing, binds: unknown]
Too few rounds for a claim; a first impression: event-loop ran the same 40 jobs 12.4 times as fast
as sequential.
Undecided: event-loop against sequential: 12.4 times as fast (range 12.2–12.6) over 3 rounds; a
  claim takes 8.
Advice: Leave out --rounds, or ask for at least 8.
Rounds: 3 rounds, as asked for.`,
    );
  });

  test('the baseline can be the one to use', () => {
    assert.equal(
      said(
        verdictCase({ variants: { 'event-loop': { wall: 331 }, 'worker-pool': { wall: 380, cpuMs: 60 } } }),
      ),
      `[decided, use event-loop, binds: unknown]
Use event-loop at 16 in flight: nothing was faster. It ran the same 40 jobs in 331 ms.
Factor: worker-pool was 0.871 times as fast (95% interval 0.858–0.881× over 12 rounds).
Cost: 0.750 ms of CPU for each job (worker-pool 1.50 ms), 84.3 MB at the peak (84.3 MB) and 21.8 ms
  to start (164 ms).
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%). The smallest difference that would have shown: 5.3%.`,
    );
  });
});

describe('runs that claim nothing', () => {
  test('jobs failed', () => {
    const run = verdictCase(WAITING);
    const [first] = run.variants[1]?.blocks ?? [];
    Object.assign(first ?? {}, { outcomes: outcomes({ ok: 37, timeout: 3 }) });
    assert.equal(
      said(run),
      `[jobs-failed, use nothing, binds: unknown]
No comparison: 3 jobs failed.
Why: They failed in event-loop. A failed job takes less or more time than one that worked, so the
  times are not of the same work.
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%).`,
    );
  });

  test('responses differ', () => {
    const run = verdictCase(WAITING);
    run.equivalence.mismatches = 3;
    assert.equal(
      said(run),
      `[responses-differ, use nothing, binds: unknown]
No comparison: the variants did not get the same responses.
Why: 3 responses of 1,920 compared pairs differ, so the times are of different work.
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%).`,
    );
  });

  test('A/A failed: nothing else counts', () => {
    assert.equal(
      said(verdictCase({ ...WAITING, double: 4_900 })),
      `[check-failed, use nothing, binds: unknown]
Nothing is claimed: sequential ran twice, and came out different from itself.
Advice: Something decides the times that is neither variant nor chance: another program, a server
  that treats clients unlike, a workload that depends on its process. See the warnings; find it, or
  measure elsewhere.
A/A: sequential’s second process was 0.843 times as fast as its first (95% interval 0.825–0.854×).
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%).`,
    );
  });

  test('A/A passed: one line more', () => {
    const run = verdictCase({ ...WAITING, double: 4_125 });
    assert.equal(verdictOf(run).kind, 'decided');
    assert.match(
      plain(run),
      /^A\/A: sequential ran twice: no difference, as there should be \(it would have seen 5\.0%\)\.$/m,
    );
  });

  test('A/A of too few rounds tells nothing, and says so', () => {
    assert.match(
      plain(verdictCase({ ...WAITING, double: 4_125, rounds: 4 })),
      /^A\/A: sequential ran twice, but too few rounds to tell equals apart: that takes 6\.$/m,
    );
  });

  test('one variant alone', () => {
    assert.equal(
      said(verdictCase({ variants: { 'event-loop': WAITING.variants['event-loop'] } })),
      `[single, use nothing, binds: waits]
event-loop ran 40 jobs in 331 ms at 16 in flight.
Factor: Median of 12 rounds. One variant ran, so there is nothing to compare it with.
Cost: 0.850 ms of CPU for each job, 84.3 MB at the peak and 21.8 ms to start.
Limit: Waiting binds: with perfect overlap the longest chain of jobs at 16 in flight would take
  251 ms, 75.9% of event-loop’s wall; CPU on 1 thread would take 31.0 ms and the server at its
  ceiling 4.00 ms.
Change: Threads would begin to pay from about 6.6 ms of CPU for each job on (0.78 ms now). More in
  flight should help until the longest job alone sets the time; \`threadmill sweep --concurrency
  16,32,40\` measures it.
Rounds: 12 rounds, until the intervals of the speedups were within ±2% (widest at the last look
  ±1.4%).`,
    );
  });

  test('a run that failed gives its reason, and no more', () => {
    const failure = {
      code: 'server-unreachable',
      message: 'The server at http://u:p@x.test refused',
      advice: null,
    };
    assert.equal(
      said(
        record({
          status: 'failed',
          failure,
          variants: [],
          rounds: { completed: 0, endedBy: null, looks: 0, halfWidth: null },
        }),
      ),
      `[run-failed, use nothing, binds: unknown]
The run failed: The server at http://x.test refused
Run: The run failed after 0 of 10 rounds had started.`,
    );
  });

  test('a run that was stopped says how far it came', () => {
    const cut = block({ wallMs: null, lost: 'interrupted', outcomes: outcomes({ ok: 5, aborted: 35 }) });
    const run = record({
      status: 'aborted',
      variants: [variant('sequential', { summary: null, blocks: [cut] })],
      rounds: { completed: 0, endedBy: null, looks: 0, halfWidth: null },
    });
    assert.equal(
      said(run),
      `[nothing-measured, use nothing, binds: unknown]
The run was stopped after 1 of 10 rounds had started.`,
    );
    const later = verdictCase({ ...WAITING, over: { status: 'aborted' } });
    assert.match(plain(later), /^Run: The run was stopped after 12 rounds had started\.$/m);
  });
});

test('names of variants stand out, the longest first, and only whole ones', () => {
  const phrases = phrasesOf(['worker-pool-batched beats worker-pool, not my-worker-pools']);
  assert.deepEqual(
    phrases.filter(({ variant: name }) => name !== null).map(({ text }) => text),
    ['worker-pool-batched', 'worker-pool'],
  );
});

test('whatever the walls, nothing is recommended that was found slower than another, and text stays text', () => {
  const walls = fc.record({
    wall: fc.double({ min: 1, max: 10_000, noNaN: true }),
    cpuMs: fc.double({ min: 0.1, max: 5_000, noNaN: true }),
    noise: fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 12, maxLength: 12 }),
  });
  fc.assert(
    fc.property(
      fc.record({ sequential: walls, 'event-loop': walls, 'worker-pool': walls }),
      fc.integer({ min: 1, max: 12 }),
      (variants, rounds) => {
        const run = verdictCase({ variants, rounds });
        const { recommended, text, headline, lines } = verdictOf(run);
        assert.equal(textOf(headline), text);
        for (const line of lines) assert.equal(textOf(line.phrases), line.text);
        assert.doesNotMatch(
          [text, ...lines.map((line) => line.text)].join('\n'),
          /undefined|NaN|null|Infinity|—/,
        );
        for (const { a, b, verdict } of run.comparisons) {
          if (verdict === 'faster') assert.notEqual(recommended, a);
          if (verdict === 'slower') assert.notEqual(recommended, b);
        }
        assert.ok(recommended === null || VARIANT_NAMES.includes(recommended));
      },
    ),
    { numRuns: 60 },
  );
});

describe('on a schedule', () => {
  test('what is compared is the response time, and it is called that', () => {
    const run = scheduled();
    const { text } = verdictOf(run);
    assert.match(text, /it answered the same 40 jobs, 200 a second, 47\.9 times as fast/);
    const one = {
      ...run,
      variants: run.variants.slice(1),
      equivalence: { ...run.equivalence, baseline: 'event-loop' as const },
    };
    assert.equal(
      verdictOf(one).text,
      'event-loop answered 40 jobs, 200 a second, in 37.7 ms each on average at 16 in flight.',
    );
    assert.doesNotMatch(plain(run), /at the median/);
  });

  test('jobs that were never sent are no failed ones, and void the comparison all the same', () => {
    const run = scheduled();
    const [slow, quick] = run.variants;
    const blocks = slow!.blocks.map((each) => ({
      ...each,
      outcomes: outcomes({ ok: 30, 'not-started': 10 }),
      open: { ...each.open!, unsent: 10 },
    }));
    const variants = [{ ...slow!, blocks, summary: null }, quick!];
    assert.equal(
      said({ ...run, variants }),
      `[jobs-failed, use nothing, binds: unknown]
No comparison: 100 jobs could not be sent.
Why: sequential could not keep up with 200 jobs a second. Lower --rate, raise --concurrency, or
  leave out what cannot (--variants).
Rounds: 10 rounds, as asked for.`,
    );
  });
});
