import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { historyOf, runFigures } from '../../../../src/analysis/history/series.ts';
import { changesOf, noChangeText } from '../../../../src/analysis/history/wording.ts';
import { type History, historySchema } from '../../../../src/core/documents/history.ts';
import type { RunRecord } from '../../../../src/core/documents/run-record.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { dailyRuns } from '../../../support/history-runs.ts';

function history(records: readonly RunRecord[], withBusy = false): History {
  const found = historyOf(records.flatMap((each) => runFigures(each.id, each, withBusy) ?? []));
  return historySchema.parse(found);
}

/** From run 12 on 10% more CPU, and the same wall. */
const grown = (over: (run: number, record: RunRecord) => Partial<RunRecord> = () => ({})) =>
  dailyRuns(20, (run) => ({ wall: 100, cpu: run < 12 ? 40 : 44 })).map((each, run) => ({
    ...each,
    ...over(run, each),
  }));

const busy = { machineLoad: { othersShare: 0.4, stealShare: 0 } };

describe('history of runs', () => {
  test('10% more CPU per job from one commit on: one change of CPU, none of the wall', () => {
    const [series, ...others] = history(grown()).series;
    assert.equal(others.length, 0);
    const [change, ...more] = changesOf(series!);
    assert.deepEqual([change?.line.quantity, change?.change.at, more.length], ['cpu', 12, 0]);
    const { estimate, low, high } = change!.change.ratio;
    assert.ok(low <= 1.1 && high >= 1.1 && Math.abs(estimate - 1.1) < 0.01);
    const cpu = series!.lines.find(({ quantity }) => quantity === 'cpu')!;
    assert.deepEqual(
      cpu.levels.map(({ from, to }) => [from, to]),
      [
        [0, 11],
        [12, 19],
      ],
    );
  });

  test('two steps of 0.8% more CPU, each below 1%: one change of 1% or more', () => {
    const stairs = dailyRuns(36, (run) => ({ wall: 100, cpu: 40 * (1 + 0.008 * Math.floor(run / 12)) }));
    const changes = changesOf(history(stairs).series[0]!);
    assert.deepEqual(
      changes.map(({ line, change }) => [line.quantity, change.ratio.estimate >= 1.01]),
      [['cpu', true]],
    );
  });

  test('the command that decides it runs against the last counted version before the change', () => {
    const own = ({ spec }: RunRecord) => ({
      spec: { ...spec, workload: { ...spec.workload, source: 'jobs.ts' } },
    });
    const of = (over: (run: number, record: RunRecord) => Partial<RunRecord>) =>
      changesOf(history(grown((run, record) => ({ ...own(record), ...over(run, record) }))).series[0]!);
    const [change] = of((run) => (run === 11 ? busy : {}));
    assert.match(
      change?.change.repeat ?? '',
      /^threadmill bench --workload jobs\.ts .*--variants event-loop --against git:0000000000$/,
    );
    assert.equal(change?.where.includes('between'), false);
    const unknown = of(() => ({ git: null }));
    assert.deepEqual([unknown.length, unknown[0]?.change.repeat], [1, null]);
    // A version of the built-in workload is one of Threadmill.
    assert.equal(changesOf(history(grown()).series[0]!)[0]?.change.repeat, null);
  });

  test('the command that decides a change measures the same work: jobs, options, load and server of the run', () => {
    const [change] = changesOf(
      history(
        grown((_, { spec }) => {
          const settings = { ...spec.workload.settings, cpuMs: 20 };
          const workload = { ...spec.workload, source: 'jobs.ts', settings };
          const load = { kind: 'closed' as const, rateLimit: 50 };
          return {
            spec: { ...spec, workload, load, jobs: 500, concurrency: 64, workers: 4 },
            server: { kind: 'external', url: 'http://localhost:3000', ceiling: null, drift: null },
          };
        }),
      ).series[0]!,
    );
    const command = change!.change.repeat!;
    assertNames(command, '--url http://localhost:3000', '--jobs 500', '--concurrency 64', '--cpu 20');
    assertNames(command, '--rate-limit 50', '--seed 7');
    // event-loop has no workers.
    assert.equal(command.includes('--workers'), false);
  });

  test('another machine, other options or another workload: a series of its own, that of the newest run first', () => {
    const apart = (over: (record: RunRecord) => Partial<RunRecord>) =>
      history(grown((run, record) => (run < 12 ? {} : over(record)))).series.map(({ runs }) => runs.length);
    assert.deepEqual(
      apart(({ environment }) => ({ environment: { ...environment, cpuModel: 'Another CPU' } })),
      [8, 12],
    );
    assert.deepEqual(
      apart(({ spec }) => ({ spec: { ...spec, warmup: spec.warmup + 1 } })),
      [8, 12],
    );
    assert.deepEqual(
      apart(({ spec }) => ({ spec: { ...spec, workload: { ...spec.workload, name: 'another' } } })),
      [8, 12],
    );
  });

  test('another Node is the same series, and stands beside the change', () => {
    const [series] = history(
      grown((run, { environment }) => (run < 12 ? {} : { environment: { ...environment, node: '99.0.0' } })),
    ).series;
    const [change] = changesOf(series!);
    assert.deepEqual(
      series!.runs.flatMap(({ differences }, run) => differences.map(({ what }) => [run, what])),
      [[12, 'Node']],
    );
    assert.match(change?.also.join() ?? '', /^Node .* → 99\.0\.0$/);
  });

  test('runs that failed, were stopped, or were on a busy machine are named and take no part', () => {
    const slow = dailyRuns(20, (run) => ({
      ...{ wall: run < 12 ? 100 : 150, cpu: 40 },
      ...(run < 12 ? {} : run < 15 ? busy : { status: run < 17 ? 'aborted' : 'failed' }),
    }));
    const [series] = history(slow).series;
    assert.deepEqual(
      series!.runs.slice(12).map(({ leftOut }) => leftOut),
      ['busy', 'busy', 'busy', 'stopped', 'stopped', 'failed', 'failed', 'failed'],
    );
    assert.deepEqual(changesOf(series!), []);
    assert.equal(series!.lines[0]!.levels.at(-1)!.to, 11);
    const [counted] = history(slow, true).series;
    assert.deepEqual(
      changesOf(counted!).map(({ line, change }) => [line.quantity, change.at]),
      [['wall', 12]],
    );
  });

  test('a change below 1% is none, and one level goes over all runs', () => {
    const small = dailyRuns(40, (run) => ({ wall: run < 20 ? 100 : 100.8, cpu: 40 }));
    const [series] = history(small).series;
    assert.deepEqual(changesOf(series!), []);
    assert.ok(noChangeText(series!) !== null);
    assert.deepEqual(
      series!.lines.map(({ levels }) => levels.map(({ from, to }) => [from, to])),
      [[[0, 39]], [[0, 39]]],
    );
  });

  test('a run that goes on is none yet', () => {
    assert.equal(history(grown(() => ({ status: 'running', finishedAt: null }))).series.length, 0);
  });
});
