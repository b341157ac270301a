import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verdictOf } from '../../../../src/analysis/verdict/verdict.ts';
import type { Crossover, Environment, NativeThreads } from '../../../../src/core/documents/run-record.ts';
import { COMPUTING, NOISY, SEQUENTIAL, verdictCase, WAITING } from '../../../fixtures/runs/verdict-cases.ts';
import { plain, ROUNDS, said } from '../../../support/verdict-text.ts';

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
${ROUNDS} The smallest difference that would have shown: 6.1% to 6.9%, depending on the pair.`,
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
  thread is enough. All CPU time is in use, on 2 CPUs: only less CPU for each job, or more CPUs,
  make it faster.
${ROUNDS} The smallest difference that would have shown: 6.1% to 6.9%, depending on the pair.`,
    );
  });

  test('CPU binds, and threads found none to spare', () => {
    const limit = { binds: 'cpu', waitsMs: 64.4, cpuMs: 400 } as const;
    const run = verdictCase({
      variants: { 'event-loop': { wall: 500, limit }, 'worker-pool': { wall: 504, cpuMs: 60, limit } },
    });
    assert.match(
      plain(run),
      /Threads did not help: CPU binds them too, on 2 CPUs, which the server uses as well\./,
    );
  });

  test('that threads did not help is said only where it was found', () => {
    const limit = { binds: 'cpu', waitsMs: 64.4, cpuMs: 400 } as const;
    const run = verdictCase({
      variants: {
        sequential: { wall: 2_000, noise: NOISY },
        'event-loop': { wall: 500, noise: NOISY, limit },
        'worker-pool': { wall: 504, noise: NOISY, cpuMs: 60, limit },
      },
    });
    assert.equal(verdictOf(run).recommended, 'event-loop');
    assert.match(plain(run), /Between event-loop and worker-pool nothing was decided/);
    assert.doesNotMatch(plain(run), /Threads did not help/);
  });

  test('more CPUs than threads: more threads would help', () => {
    const run = verdictCase(COMPUTING);
    Object.assign(run.environment, { cpus: 8, cpuAffinity: null, availableCpus: 8 });
    assert.match(plain(run), /More threads would help, as long as there are CPUs: it has 2 on 8 CPUs/);
  });

  test('where the longest job sets the time, more overlap does not get below it', () => {
    const limit = { binds: 'waits', waitsMs: 320, waitsOf: 'longest-job', cpuMs: 31 } as const;
    const run = verdictCase({ variants: { ...WAITING.variants, 'event-loop': { wall: 331, limit } } });
    assert.match(
      plain(run),
      /More in flight may come nearer to the 320 ms of the longest job, and no further;/,
    );
  });

  test('CPU is said to be the server’s as well where it is', () => {
    const limit = { binds: 'cpu', waitsMs: 251.25, cpuMs: 320, cpuOf: 'machine' } as const;
    const over = { server: { requests: 40, cpuMs: 390, eventLoopUtilization: 0.5 } };
    const run = verdictCase({
      variants: { ...WAITING.variants, 'event-loop': { wall: 331, cpuMs: 250, limit, over } },
    });
    assert.match(plain(run), /with perfect overlap CPU of client and server on 2 CPUs would take 320 ms/);
  });

  test('CPU of a server that is not ours is not known, and not said to be counted', () => {
    const limit = { binds: 'waits', waitsMs: 251.25, cpuMs: 38 } as const;
    const run = verdictCase({
      variants: { ...WAITING.variants, 'event-loop': { wall: 331, cpuMs: 37, limit } },
    });
    run.server = { ...run.server, kind: 'external' };
    assert.match(plain(run), /; CPU on 1 thread would take 38\.0 ms/);
    // With the threads of libuv and V8.
    const shared = { binds: 'waits', waitsMs: 251.25, cpuMs: 40, cpuOf: 'machine' } as const;
    const helped = verdictCase({
      variants: { ...WAITING.variants, 'event-loop': { wall: 331, cpuMs: 80, limit: shared } },
    });
    helped.server = { ...helped.server, kind: 'external' };
    assert.match(plain(helped), /; CPU of the client on 2 CPUs would take 40\.0 ms/);
  });

  test('a variant that was quicker than its limit: what the limit rests on was slow', () => {
    const quicker = (waitsMs: number) => {
      const limit = { binds: 'waits', waitsMs, cpuMs: 31 } as const;
      return plain(verdictCase({ variants: { ...WAITING.variants, 'event-loop': { wall: 331, limit } } }));
    };
    assert.match(
      quicker(334),
      /would take 334 ms, 101% of event-loop’s wall.*\. So it is reached, as far as this can be told\./,
    );
    assert.match(
      quicker(582),
      /would take 582 ms, 176% of event-loop’s wall.*\. It was quicker than that, so the limit is wrong: it rests on the jobs of sequential, which something disturbed\./,
    );
    assert.doesNotMatch(quicker(330), /So it is reached|quicker than that/);
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
${ROUNDS} The smallest difference that would have shown: 5.9% to 6.2%, depending on the pair.`,
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
              breakdown: { waiting: 0.3, 'user-cpu': 0.42, 'client-cpu': 0.05, cpuWait: 0.21 },
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
  Beside it, 21.0% of the threads’ time went into CPU wait.
Change: Threads would begin to pay from about 6.6 ms of CPU for each job on (6.1 ms now).
${ROUNDS} The smallest difference that would have shown: 5.9% to 6.2%, depending on the pair.`,
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
          heapBeforeBytes: null,
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
Limit: Waiting binds: its thread was busy for only 12.0% of a typical trial of event-loop.
Change: More in flight may help; \`threadmill sweep --concurrency 16,32,40\` measures it.
${ROUNDS} The smallest difference that would have shown: 5.3%.`,
    );
    assert.equal(verdictOf(run(0.97)).binding, 'cpu');
    assert.equal(verdictOf(run(0.7)).binding, null);
    const server = { requests: 40, cpuMs: 300, eventLoopUtilization: 0.99 };
    const slow = verdictCase({
      variants: { sequential: { wall: 4_120 }, 'event-loop': { wall: 331, over: { ...busy(0.1), server } } },
    });
    assert.equal(verdictOf(slow).binding, 'server');
    assert.match(plain(slow), /The server binds: it was busy for 99\.0% of a typical trial/);
  });
});

test('a rate limit of the client’s own is what binds, if it takes the time', () => {
  const run = verdictCase({ variants: { sequential: SEQUENTIAL, 'event-loop': { wall: 331 } } });
  // 39 slots of 8.3 ms before the last job.
  run.spec = { ...run.spec, load: { kind: 'closed', rateLimit: 120 } };
  assert.equal(verdictOf(run).binding, 'rate');
  assert.match(
    plain(run),
    /Limit: The rate limit binds: 40 jobs at 120 a second are 98\.0% of event-loop’s wall\./,
  );
  run.spec = { ...run.spec, load: { kind: 'closed', rateLimit: 1_000 } };
  assert.equal(verdictOf(run).binding, null);
});

describe('from how much CPU on threads pay', () => {
  const withheld = (reason: NonNullable<Crossover['withheld']>, environment: Partial<Environment> = {}) => {
    const run = verdictCase(WAITING);
    Object.assign(run.environment, environment);
    run.crossover = { nowMs: 0.78, atMs: 6.6, withheld: reason };
    return plain(run);
  };

  test('withheld where threads cannot win, with the reason', () => {
    const one = { cpuAffinity: { cpus: 1, list: '0' }, availableCpus: 1 };
    for (const [text, reason] of [
      [withheld('one-cpu', one), 'this run had 1 of 2 CPUs (affinity 0), and threads need more than one.'],
      [withheld('one-worker'), '--workers 1 gives the worker pools one thread.'],
      [withheld('cpu-taken'), 'other programs left fewer than 1.5 CPUs free.'],
      [withheld('jobs-in-step'), 'all jobs take about as long, so their responses arrive together.'],
    ] as const) {
      assert.ok(text.includes(`Change: No estimate of when threads pay: ${reason}`), text);
      assert.doesNotMatch(text, /begin to pay/);
    }
  });

  test('no reason is given where nothing would have been said', () => {
    const run = verdictCase(WAITING);
    run.crossover = { nowMs: 7, atMs: 6.6, withheld: 'one-cpu' };
    assert.doesNotMatch(plain(run), /No estimate/);
    run.crossover = null;
    assert.doesNotMatch(plain(run), /No estimate|begin to pay/);
  });
});

describe('waiting is no bottleneck of work that never waits', () => {
  const alone = (waitingShare: number) => {
    const cpuMs = 1_000 * (1 - waitingShare);
    const limit = {
      binds: waitingShare < 0.5 ? 'cpu' : 'waits',
      waitsMs: 1_000,
      waitingShare,
      cpuMs,
    } as const;
    return verdictCase({ variants: { sequential: { wall: 1_010, cpuMs, limit } } });
  };

  test('a pure loop: CPU alone binds, and the jobs’ own time is the limit', () => {
    const run = alone(0.002);
    assert.equal(verdictOf(run).binding, 'cpu');
    assert.match(
      plain(run),
      /Limit: CPU binds: with perfect overlap the jobs, one after another, would take 1,000 ms, 99\.0% of sequential’s wall; CPU on 1 thread would take 998 ms\./,
    );
  });

  test('waiting and computing are alike within half as much again', () => {
    const bindings = [0.1, 0.39, 0.41, 0.5, 0.59, 0.61, 0.97].map((share) => verdictOf(alone(share)).binding);
    assert.deepEqual(bindings, ['cpu', 'cpu', 'mixed', 'mixed', 'mixed', 'waits', 'waits']);
  });
});

describe('CPU outside of JavaScript threads', () => {
  /** 900 ms of CPU on the event loop, of which libuv's pool has `poolMs`. */
  const run = (poolMs: number, threads = 4, over: Partial<NativeThreads> = {}) => {
    const nativeThreads = {
      ...{ cpuMs: poolMs + 20, libuv: { threads, cpuMs: poolMs }, v8Ms: 20 },
      ...over,
    };
    const limit = { binds: 'cpu', waitsMs: 60, cpuMs: 450, cpuOf: 'machine' } as const;
    return verdictCase({
      variants: { 'event-loop': { wall: 470, cpuMs: 900, limit, over: { nativeThreads } } },
    });
  };

  test('libuv’s pool: how much, and that worker threads share it', () => {
    assert.equal(
      plain(run(800))
        .split('\n')
        .filter((line) => /^(?:Cost|Change)/.test(line))
        .join('\n'),
      `Cost: 22.5 ms of CPU for each job, 84.3 MB at the peak and 21.8 ms to start. 800 ms of 900 ms of CPU (88.9%) in libuv’s thread pool (4 threads).
Change: Most of the CPU work is in libuv’s thread pool, which all threads of a process share: worker threads add nothing to it. Its 4 threads (UV_THREADPOOL_SIZE) are enough for 2 CPUs.`,
    );
  });

  test('fewer threads than CPUs: UV_THREADPOOL_SIZE', () => {
    assert.match(plain(run(800, 1)), /It has 1 thread for 2 CPUs: set UV_THREADPOOL_SIZE=2\./);
  });

  test('threads of native libraries, and what nothing tells apart', () => {
    assert.match(
      plain(run(0, 4, { cpuMs: 500 })),
      /480 ms of 900 ms of CPU \(53\.3%\) in other threads \(of native libraries, or Workers that the workload starts\)\./,
    );
    assert.match(
      plain(run(0, 4, { cpuMs: 500, libuv: null, v8Ms: null })),
      /500 ms of 900 ms of CPU \(55\.6%\) in threads that run no JavaScript \(libuv’s pool, V8’s helpers\)\./,
    );
  });

  test('a little is not worth a sentence', () => {
    assert.doesNotMatch(plain(run(80)), /libuv/);
    assert.doesNotMatch(plain(run(0, 4, { cpuMs: 300, libuv: null, v8Ms: null })), /libuv/);
  });

  test('without a traced pass: a pool that is busy binds', () => {
    const nativeThreads = { cpuMs: 650, libuv: { threads: 4, cpuMs: 640 }, v8Ms: 10 };
    const thread = {
      thread: 0,
      eventLoop: { activeMs: 20, delayMs: null },
      cpu: null,
      gc: { count: 0, pauseMs: 0, longestMs: 0 },
      heapBeforeBytes: 1,
      heapUsedBytes: 1,
    };
    const untraced = verdictCase({
      variants: { 'event-loop': { wall: 331, cpuMs: 660, over: { nativeThreads, threads: [thread] } } },
    });
    assert.equal(verdictOf(untraced).binding, 'cpu');
    assert.match(plain(untraced), /CPU binds: libuv’s thread pool used 96\.\d% of the CPU it could use/);
  });
});
