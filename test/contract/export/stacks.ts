import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import type { FlameFrame } from '../../../src/core/documents/flame.ts';
import {
  addStack,
  assertCloseUs,
  assertSameTimes,
  assertShare,
  identity,
  type Times,
} from '../../support/function-times.ts';
import { type RealExport, VARIANTS } from '../../support/real-export.ts';

export function stacksAddUp(run: () => RealExport): void {
  for (const [format, part] of [
    ['pprof', 'load'],
    ['pprof-jobs', 'timeline'],
  ] as const) {
    test(`${format}: pprof-format decodes CPU by function, and wall time with idle, of each thread`, () => {
      const { profile, text, labelsOf, keyOf } = decoded(run().file(format).content);
      for (const { variant, thread, durationUs } of run().threads(part)) {
        const times: Times = new Map();
        let wallNs = 0;
        for (const { locationId, value, label } of profile.sample) {
          const labels = labelsOf(label);
          if (labels.get('variant') !== variant || Number(labels.get('thread_number')) !== thread) continue;
          const [, cpuNs = 0, sampleWallNs = 0] = value.map(Number);
          wallNs += sampleWallNs;
          addStack(times, locationId.map(keyOf).reverse(), cpuNs / 1_000);
        }
        const what = `${variant}, thread ${thread}`;
        assertSameTimes(times, run().ours(variant, thread, identity, part), what, ['self', 'total']);
        assertCloseUs(wallNs / 1_000, durationUs, `${what}, wall`);
      }
      assert.equal(text(profile.defaultSampleType), 'cpu');
    });
  }

  test('pprof-jobs: what the user’s own function ran is labelled with jobs of the run, and waiting with none', () => {
    const { profile, labelsOf, keyOf } = decoded(run().file('pprof-jobs').content);
    const names = new Set(
      Array.from({ length: run().source.record.spec.jobs }, (_, position) => run().source.jobName(position)),
    );
    const ns = { labelled: 0, own: 0 };
    for (const { locationId, value, label } of profile.sample) {
      const job = labelsOf(label).get('job');
      if (job !== undefined) assert.ok(names.has(String(job)), String(job));
      const stack = locationId.map(keyOf);
      if (stack[0]?.startsWith('(idle)')) assert.equal(job, undefined);
      if (!stack.some((key) => key.includes('onerror'))) continue;
      ns.own += Number(value[1]);
      if (job !== undefined) ns.labelled += Number(value[1]);
    }
    assert.ok(ns.own > 0 && ns.labelled > 0.9 * ns.own, `${ns.labelled} of ${ns.own} ns`);
  });

  test('folded stacks: what flamegraph.pl reads of them adds up by function', () => {
    for (const variant of VARIANTS) {
      const times: Times = new Map();
      for (const line of linesOf(run().file('folded', variant).content)) {
        const [stack, value] = columnOf(line);
        assert.equal(columnOf(stack)[1], null, `a second column: ${line}`);
        const [thread = '', ...calls] = stack.split(';');
        assert.match(thread, /^thread \d+ \((main thread|worker \d+)\)$/);
        addStack(times, calls, value ?? 0);
      }
      assertSameTimes(times, run().ours(variant, null, foldedLabel), variant, ['self', 'total']);
    }
  });

  test('folded-diff: both columns are busy time per job', () => {
    const sums = [0, 0];
    for (const line of linesOf(run().file('folded-diff').content)) {
      const [rest, later] = columnOf(line);
      const [stack, earlier] = columnOf(rest);
      assert.equal(columnOf(stack)[1], null, `a third column: ${line}`);
      sums[0]! += earlier ?? 0;
      sums[1]! += later ?? 0;
    }
    for (const [side, variant] of VARIANTS.entries()) {
      const jobs = run().source.record.spec.jobs * run().source.profiledRepeats(variant)!;
      assertShare(sums[side]!, (run().busyUs(variant) * 1_000) / jobs, variant);
    }
  });
}

function linesOf(content: Buffer): string[] {
  return String(content).trimEnd().split('\n');
}

/** The last column of a line, as flamegraph.pl takes it off; null if there is none. */
function columnOf(line: string): [rest: string, value: number | null] {
  const [, rest, value] = /^(.*)\s+?(\d+(?:\.\d*)?)$/.exec(line) ?? [];
  return rest === undefined ? [line, null] : [rest, Number(value)];
}

function foldedLabel({ name, file, line }: FlameFrame): string {
  const shown = name.replace(/\s+/g, ' ').replaceAll(';', ':');
  return file === null ? shown : `${shown} (${file}${line === null ? '' : `:${line}`})`;
}

function decoded(content: Buffer) {
  const profile = Profile.decode(gunzipSync(content));
  const text = (index: number | bigint) => profile.stringTable.strings[Number(index)]!;
  const keys = new Map(
    profile.location.map(({ id, line: [line] }) => {
      const found = profile.function.find((each) => each.id === line!.functionId)!;
      const at = Number(found.startLine);
      const key = identity({
        ...{ name: text(found.name), file: text(found.filename), line: at === 0 ? null : at },
      });
      return [Number(id), key] as const;
    }),
  );
  return {
    ...{ profile, text },
    keyOf: (id: number | bigint) => keys.get(Number(id))!,
    labelsOf: (label: Profile['sample'][number]['label']) =>
      new Map(label.map(({ key, str, num }) => [text(key), str === 0 ? num : text(str)])),
  };
}
