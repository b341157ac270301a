import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { samplesSentence, servedText } from '../../../../src/web/timeline/describe.ts';
import { jobsOfFunction, samplesOfJob, samplesWithin } from '../../../../src/web/timeline/samples.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { cpuOf, FRAMES, jobsOf, NODES, threadOf, timelineOf } from '../../../support/timelines.ts';

const frameNamed = (name: string): number => FRAMES.findIndex((frame) => frame.name === name);

/**
 * Samples each 10 µs:    0    10    20    30    40    50    60    70    80    90
 *     worker 1         idle  parse parse aggr  idle  idle parse  idle  idle  idle
 *     job 0 processed        [12 ......... 38)
 *     job 1 processed                                   [55 ... 65)
 *     job 2 processed                                               [71 78)
 */
const timeline = timelineOf({
  wallUs: 100,
  threads: [
    threadOf(0),
    threadOf(1, {
      cpu: cpuOf(
        [
          [NODES.idle, 0],
          [NODES.parse, 10],
          [NODES.aggregate, 30],
          [NODES.idle, 40],
          [NODES.parse, 60],
          [NODES.idle, 70],
        ],
        100,
        10,
      ),
    }),
  ],
  jobs: jobsOf([
    {
      name: 'a',
      thread: 1,
      lane: 0,
      startUs: 0,
      phases: [
        ['wait', 12],
        ['process', 26],
      ],
    },
    {
      name: 'b',
      thread: 1,
      lane: 1,
      startUs: 1,
      phases: [
        ['wait', 54],
        ['process', 10],
      ],
    },
    {
      name: 'c',
      thread: 1,
      lane: 2,
      startUs: 2,
      phases: [
        ['wait', 69],
        ['process', 7],
      ],
    },
    {
      name: 'd',
      thread: 0,
      lane: 0,
      startUs: 3,
      phases: [
        ['wait', 9],
        ['process', 30],
      ],
    },
    { name: 'e', thread: 1, lane: 3, startUs: 4, phases: [] },
  ]),
});

test('samples of a stretch: the first at its start, the others an interval apart', () => {
  const { cpu } = timeline.threads[1]!;
  const within = (stretch: number, from: number, to: number) => samplesWithin(cpu!, stretch, from, to);
  assert.equal(within(1, 0, 100), 2);
  assert.equal(within(1, 10, 11), 1);
  assert.equal(within(1, 11, 20), 0, 'between two samples there is none');
  assert.equal(within(1, 11, 21), 1);
  assert.equal(within(2, 30, 30), 0);
  assert.equal(within(5, 0, 1_000), 3);
});

describe('from a job to its samples', () => {
  test('those taken while its thread processed it, by function', () => {
    const { samples, idle, processingUs, functions } = samplesOfJob(timeline, 0);
    assert.deepEqual([samples, idle, processingUs], [2, 0, 26]);
    const named = functions.map(({ frame, self, total }) => [FRAMES[frame]?.name, self, total]);
    assert.deepEqual(named.slice(0, 2), [
      ['parseOrders', 1, 1],
      ['aggregateByCustomer', 1, 1],
    ]);
    assert.deepEqual(
      named.find(([name]) => name === 'processResponse'),
      ['processResponse', 0, 2],
    );
    assert.ok(named.every(([name]) => name !== '(root)' && name !== '(idle)'));
  });

  test('the CPU part of a job ran on another thread: the samples are those of that thread', () => {
    const jobs = jobsOf([
      { name: 'a', thread: 0, processedBy: 1, lane: 0, startUs: 12, phases: [['process', 26]] },
    ]);
    const offloaded = { ...timeline, jobs };
    assert.equal(samplesOfJob(offloaded, 0).samples, 2);
    assert.deepEqual(jobsOfFunction(offloaded, frameNamed('parseOrders')).jobs, [{ row: 0, samples: 1 }]);
  });

  test('a sample taken before it says nothing of it, although it lasts until then', () => {
    const job = samplesOfJob(timeline, 2);
    assert.deepEqual([job.samples, job.functions.length], [0, 0]);
    assertNames(samplesSentence(job), '0.00700 ms');
  });

  test('each case says what its samples are worth', () => {
    const said = [0, 2, 3, 4].map((row) => samplesSentence(samplesOfJob(timeline, row)));
    assert.equal(new Set(said).size, said.length);
    assertNames(said[0]!, /^2 samples /);
    assertNames(said[2]!, 'not profiled');
    assertNames(said[3]!, 'processing time');
  });
});

describe('from a function to its jobs', () => {
  test('jobs with a sample of it, or of what it called, the most samples first', () => {
    const use = jobsOfFunction(timeline, frameNamed('processResponse'));
    assert.deepEqual(use, {
      samples: 4,
      us: 40,
      inJobs: 3,
      jobs: [
        { row: 0, samples: 2 },
        { row: 1, samples: 1 },
      ],
    });
  });

  test('a sample while two jobs were processed belongs to both, and counts once', () => {
    const process = (startUs: number, us: number) => ({
      ...{ name: 'a', thread: 1, lane: 0, startUs },
      phases: [['process', us]] as const,
    });
    const jobs = jobsOf([process(5, 30), process(15, 30)]);
    const use = jobsOfFunction({ ...timeline, jobs }, frameNamed('processResponse'));
    // Samples at 10, 20, 30 and 60 µs; jobs processed from 5 to 35 and from 15 to 45.
    assert.deepEqual(use.jobs, [
      { row: 0, samples: 3 },
      { row: 1, samples: 2 },
    ]);
    assert.deepEqual([use.inJobs, use.samples], [3, 4]);
  });

  test('a function that no job was processed by serves none', () => {
    const use = jobsOfFunction(timeline, frameNamed('dispatch'));
    assert.deepEqual([use.samples, use.jobs], [0, []]);
  });

  test('where it is not known when jobs were processed nothing is claimed, and nothing of jobs in a recording', () => {
    const use = jobsOfFunction(timeline, frameNamed('processResponse'));
    assertNames(servedText(timeline, use)!.heading!, /2 of 5 jobs/);
    assertNames(servedText(timeline, use)!.sentence, '75.0%');
    const jobs = jobsOf([{ name: 'a', thread: 1, lane: 0, startUs: 0, phases: [['wait', 90]] }]);
    const unknown = { ...timeline, jobs };
    const served = servedText(unknown, jobsOfFunction(unknown, frameNamed('processResponse')))!;
    assert.equal(served.heading, null);
    assertNames(served.sentence, 'not known');
    assert.equal(servedText({ ...unknown, variant: 'recording' }, use), null);
  });

  test('both ways agree', () => {
    timeline.frames.forEach((_, frame) => {
      const from = jobsOfFunction(timeline, frame).jobs.map(({ row, samples }) => `${row}: ${samples}`);
      const to = Array.from({ length: timeline.jobs.rows }, (_row, row) => {
        const found = samplesOfJob(timeline, row).functions.find((each) => each.frame === frame);
        return found === undefined ? [] : [`${row}: ${found.total}`];
      }).flat();
      const isCode = timeline.frames[frame]?.category !== 'idle' && frame !== 0;
      if (isCode) assert.deepEqual(from.sort(), to.sort(), timeline.frames[frame]?.name);
    });
  });
});
