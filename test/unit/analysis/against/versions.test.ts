import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concludeAgainst, rule } from '../../../../src/analysis/against/decide.ts';
import { noiseFloor, roundsToDecide, type Versions } from '../../../../src/analysis/against/paired.ts';
import { againstSummary } from '../../../../src/analysis/against/summary.ts';
import { type Gate, parseGate } from '../../../../src/analysis/gates/parse-gate.ts';
import type { VersionRecord } from '../../../../src/core/documents/against.ts';
import type { RunRecord } from '../../../../src/core/documents/run-record.ts';
import { renderAgainstMarkdown } from '../../../../src/output/markdown/against.ts';
import { renderAgainst } from '../../../../src/output/terminal/against.ts';
import { outcomes } from '../../../fixtures/runs/records.ts';
import { assertGolden } from '../../../support/golden.ts';
import { recordOfWalls, withCpu } from '../../../support/record-of-walls.ts';

const ROUNDS = 16;
/** Scatters by ±0.3% about 1, in an order that has no trend. */
const scatter = Array.from({ length: ROUNDS }, (_, round) => 1 + (((round * 7) % 13) - 6) / 2_000);
const version = (label: string): VersionRecord => ({
  label,
  commit: null,
  modified: null,
  packages: 'own',
  settings: [],
});

/** Three runs in the same rounds: base walls of 100 ms and 40 ms of CPU, times what is given for the others. */
function versions(wall: number, cpu: number, again = 1, over: Partial<RunRecord> = {}): Versions {
  const run = (id: string, byWall: number, byCpu: number, step: number) =>
    recordOfWalls(
      {
        'event-loop': withCpu(
          scatter.map((_, round) => 100 * byWall * scatter[(round * step) % ROUNDS]!),
          scatter.map((_, round) => 40 * byCpu * scatter[(round * step + 3) % ROUNDS]!),
        ),
      },
      { id, ...over },
    );
  const change = run('run', wall, cpu, 1);
  change.rounds = { completed: ROUNDS, endedBy: 'decided', looks: 0, halfWidth: null };
  change.against = {
    base: version('git:main'),
    change: version('this version'),
    folders: { base: 'base', baseAgain: 'base-again' },
    responses: { compared: 0, differing: 0 },
    roundsMs: 8_000,
    variants: [],
    verdict: null,
    functions: [],
  };
  return { base: run('run-base', 1, 1, 3), baseAgain: run('run-base-again', again, again, 5), change };
}

const gatesOf = (...expressions: string[]): Gate[] =>
  expressions.map((expression) => {
    const parsed = parseGate(expression);
    assert.ok(!('known' in parsed), expression);
    return parsed;
  });
const BOTH = gatesOf('cpu-regression > 5%', 'regression > 5%');

function concluded(of: Versions, gates = BOTH): RunRecord {
  concludeAgainst(gates, of);
  return of.change;
}

describe('two versions in the same rounds', () => {
  test('CPU and wall are judged apart: 10% more CPU fails its gate, an equal wall passes its own', () => {
    const record = concluded(versions(1, 1.1));
    assert.deepEqual(
      record.gates.map(({ outcome }) => outcome),
      ['failed', 'passed'],
    );
    assert.equal(record.exitCode, 99);
    const { change, cpu } = record.comparedWith!.variants[0]!;
    assert.deepEqual([change.verdict, cpu.change.verdict], ['no-difference', 'increased']);
    assert.ok(Math.abs(cpu.change.ratio!.estimate - 1.1) < 0.01);
    assert.ok(cpu.change.ratio!.low < 1.1 && cpu.change.ratio!.high > 1.1);
    assert.ok(cpu.change.test!.pHolm <= 0.05);
  });

  test('a change below the gate passes: exit code 0', () => {
    const record = concluded(versions(1.02, 1.02));
    assert.deepEqual([record.exitCode, rule(BOTH, versions(1.02, 1.02))], [0, 'decided']);
  });

  test('a base that differs from itself by more than the gate: inconclusive, unless the change exceeds that too', () => {
    const [gate] = gatesOf('regression > 5%');
    const near = concluded(versions(1.1, 1, 1.12), [gate!]);
    assert.deepEqual(
      [near.gates[0]!.outcome, near.gates[0]!.variants[0]!.reason],
      ['inconclusive', 'noise-floor'],
    );
    assert.equal(near.exitCode, 4);
    assert.ok(near.against!.variants[0]!.wall.noiseFloor! > 11);
    assert.equal(near.against!.variants[0]!.wall.needed, null);
    const far = concluded(versions(1.3, 1, 1.12), [gate!]);
    assert.equal(far.gates[0]!.outcome, 'failed');
  });

  test('failed jobs of the base leave nothing to decide; those of the change are exit code 2', () => {
    const failed = { outcomes: outcomes({ ok: 39, 'http-error': 1 }) };
    const ofBase = versions(1, 1);
    Object.assign(ofBase.base.variants[0]!.trials[0]!, failed);
    assert.equal(rule(BOTH, ofBase), 'undecidable');
    assert.equal(concluded(ofBase).exitCode, 4);
    const ofChange = versions(1, 1);
    Object.assign(ofChange.change.variants[0]!.trials[0]!, failed);
    assert.equal(concluded(ofChange).exitCode, 2);
  });

  test('too few rounds: inconclusive, and more may tell', () => {
    const few = versions(1.1, 1.1);
    for (const { variants } of [few.base, few.baseAgain, few.change]) variants[0]!.trials.splice(4);
    assert.equal(rule(BOTH, few), null);
    assert.equal(concluded(few).gates[0]!.variants[0]!.reason, 'too-few-rounds');
  });

  test('jobs that return something else than in the base are warned of', () => {
    const of = versions(1, 1);
    of.change.against!.responses = { compared: 40, differing: 3 };
    assert.deepEqual(
      concluded(of).warnings.map(({ code }) => code),
      ['versions-differ'],
    );
  });
});

describe('what would decide', () => {
  const spread = Array.from({ length: 20 }, (_, round) => (((round * 7) % 20) - 9.5) / 100);

  test('twice the scatter takes four times the rounds', () => {
    const wide = {
      values: spread.map((value) => 2 * value),
      baseAgain: [...scatter].map(Math.log),
      blocked: null,
    };
    const narrow = { ...wide, values: spread };
    const [few, many] = [roundsToDecide(narrow, 0.03)!, roundsToDecide(wide, 0.03)!];
    assert.ok(Math.abs(many / few - 4) < 0.1, `${many} and ${few}`);
  });

  test('a change as large as the gate, and a floor that no round lowers: nothing to advise', () => {
    const quiet = scatter.map(Math.log);
    const at = quiet.map((value) => value + Math.log(1.05));
    assert.equal(roundsToDecide({ values: at, baseAgain: quiet, blocked: null }, Math.log(1.05)), null);
    assert.equal(roundsToDecide({ values: quiet, baseAgain: at, blocked: null }, Math.log(1.05)), null);
  });

  test('a gate below 1% can only fail: rounds are advised for a change above 1%, by its distance to 1%', () => {
    const baseAgain = scatter.map(Math.log);
    const changeOf = (percent: number) => ({
      values: spread.map((value) => value / 10 + Math.log1p(percent / 100)),
      ...{ baseAgain, blocked: null },
    });
    const gate = Math.log(1.005);
    assert.equal(roundsToDecide(changeOf(0), gate), null);
    assert.equal(roundsToDecide(changeOf(0.9), gate), null);
    assert.equal(roundsToDecide(changeOf(1.3), gate), roundsToDecide(changeOf(1.3), Math.log(1.01)));
    assert.ok(roundsToDecide(changeOf(1.3), gate)! > 20);
  });

  test('processes of the same code differ by up to 1%, so no floor is below that', () => {
    assert.equal(noiseFloor({ baseAgain: new Array<number>(30).fill(0) }), Math.log(1.01));
    assert.equal(noiseFloor({ baseAgain: [0, 0, 0] }), null);
  });
});

describe('what is shown', () => {
  test('the terminal: the verdict first, and no line over 80 columns', () => {
    const record = concluded(versions(1, 1.1));
    const summary = againstSummary(record)!;
    const text = renderAgainst(record, summary, {
      colour: false,
      width: 80,
      reportPath: 'profiles/x/report.html',
    });
    assert.match(text, /^✗ .*git:main.*CPU per job .*event-loop \+10\.\d%/);
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
    assertGolden('terminal-against.txt', text);
    assertGolden('markdown-against.md', renderAgainstMarkdown(record, summary));
  });

  test('names from outside do no harm in Markdown', () => {
    const of = versions(1, 1.1);
    of.change.against!.base.label = 'git:<img src=x>|`a`';
    const record = concluded(of);
    record.against!.functions = [
      {
        ...{ variant: 'event-loop', name: '<b>f|`', place: 'a|b.ts:1' },
        ...{ changeUs: 12, noiseUs: 1, perJob: true, share: 0.5 },
      },
    ];
    const markdown = renderAgainstMarkdown(record, againstSummary(record)!);
    assert.doesNotMatch(markdown.split('\n')[0]!, /<img|[^\\]`/);
    assert.match(markdown, /50\.0% of the change is in `` <b>f\|` ``, `a\|b\.ts:1` \(\+12\.0 µs per job\)/);
  });

  test('a run without another version has no such summary', () => {
    assert.equal(againstSummary(versions(1, 1).change), null);
  });
});
