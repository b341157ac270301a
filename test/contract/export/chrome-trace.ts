import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { VariantName } from '../../../src/core/variants.ts';
import type { TraceEvent } from '../../../src/output/export/chrome-trace/trace-file.ts';
import { type RealExport, VARIANTS } from '../../support/real-export.ts';

interface TraceFile {
  readonly metadata: { readonly note: string };
  readonly traceEvents: readonly TraceEvent[];
}

export function traceIsSound(run: () => RealExport): void {
  const file = () => run().json<TraceFile>('chrome-trace');

  describe('chrome-trace', () => {
    test('ids occur once, async events are pairs that nest, and nothing goes back in time', () => {
      const open = new Map<string, TraceEvent[]>();
      const last = new Map<string, number>();
      for (const event of file().traceEvents.filter(({ ph }) => ph === 'b' || ph === 'e')) {
        const stack = open.get(event.id!) ?? [];
        open.set(event.id!, stack);
        assert.ok(event.ts >= (last.get(event.id!) ?? 0), JSON.stringify(event));
        last.set(event.id!, event.ts);
        if (event.ph === 'b') stack.push(event);
        else assert.equal(stack.pop()?.name, event.name);
      }
      assert.ok([...open.values()].every((stack) => stack.length === 0));
      const jobs = file().traceEvents.filter(({ ph, args }) => ph === 'b' && args !== undefined);
      assert.equal(jobs.length, run().source.record.spec.jobs * VARIANTS.length);
      assert.equal(new Set(jobs.map(({ id }) => id)).size, jobs.length);
    });

    test('each message begins and, no earlier, ends on another thread, both in a slice of its name', () => {
      const events = file().traceEvents;
      const begins = events.filter(({ ph }) => ph === 's');
      const ends = new Map(events.filter(({ ph }) => ph === 'f').map((event) => [event.id, event]));
      assert.equal(begins.length, run().source.record.spec.jobs * 2, 'worker-pool: there and back');
      for (const begin of begins) {
        const end = ends.get(begin.id)!;
        assert.ok(end.ts >= begin.ts && end.tid !== begin.tid, JSON.stringify([begin, end]));
        for (const { tid, ts, name } of [begin, end]) {
          const isThere = (event: TraceEvent) =>
            event.ph === 'X' && event.tid === tid && event.ts === ts && event.name === name;
          assert.ok(events.some(isThere), JSON.stringify({ tid, ts, name }));
        }
      }
    });

    test('processes and threads have numbers of their own, and names', () => {
      const { traceEvents, metadata } = file();
      const threads = traceEvents.filter(({ name }) => name === 'thread_name').map(({ tid }) => tid);
      assert.equal(new Set(threads).size, threads.length);
      for (const { tid, ph } of traceEvents) assert.ok(ph === 'M' || threads.includes(tid));
      assert.deepEqual(
        traceEvents.filter(({ name }) => name === 'process_name').map(nameIn),
        VARIANTS.map((variant) => `${variant}: profiled repetition`),
      );
      assert.match(metadata.note, /nothing lines up/);
    });

    test('samples come in chunks with as many deltas, whole and never negative, nodes after their parents', () => {
      const chunks = file().traceEvents.filter(({ name }) => name === 'ProfileChunk');
      assert.equal(chunks.length, run().threads('timeline').length);
      for (const { args } of chunks) {
        const { cpuProfile, timeDeltas } = (args as { data: Chunk }).data;
        assert.equal(cpuProfile.samples.length, timeDeltas.length);
        assert.ok(timeDeltas.every((delta) => Number.isInteger(delta) && delta >= 0));
        for (const { id, parent = 0 } of cpuProfile.nodes ?? []) assert.ok(parent < id);
      }
    });

    test('samples and jobs of a thread lie on one axis, over the same time', () => {
      const events = file().traceEvents;
      for (const { variant, thread } of run().threads('timeline')) {
        const own = events.filter(({ pid }) => pid === processOf(events, variant));
        const label = `${thread === 0 ? 'main thread' : `worker ${thread}`} (${variant})`;
        const { tid } = own.find((event) => event.name === 'thread_name' && nameIn(event) === label)!;
        const mine = own.filter((event) => event.tid === tid);
        const trial = own.find(({ cat }) => cat === 'trial')!;
        const [from, to] = sampledSpan(mine);
        // Written in whole µs. They come each millisecond or so, on a crowded machine with gaps at either end.
        assert.ok(from >= trial.ts - 1 && to <= trial.ts + trial.dur! + 1, label);
        assert.ok(to - from > 0.5 * trial.dur!, `${label}: ${to - from} of ${trial.dur} µs`);
        const jobs = mine.filter(({ cat, ph }) => cat === 'job' && 'be'.includes(ph));
        assert.equal(jobs.length > 0, variant === 'event-loop' || thread > 0, label);
      }
    });

    test('jobs lie where the table says, to the microsecond', async () => {
      for (const variant of VARIANTS) {
        const { rows, traced } = (await run().source.trial(variant, 'profiled'))!;
        const own = jobEvents(file().traceEvents, variant);
        for (const begin of own.filter(({ ph, args }) => ph === 'b' && args !== undefined)) {
          const { position } = begin.args as { position: number };
          const [startNs, endNs] = [rows.start[position]!, rows.end[position]!];
          // A job is the last to end of what has its id and name.
          const end = own.findLast(({ id, name }) => id === begin.id && name === begin.name)!;
          assert.ok(Math.abs(begin.ts - 1 - (startNs - traced!.startNs) / 1_000) <= 0.001, `${begin.ts}`);
          assert.ok(Math.abs(end.ts - begin.ts - (endNs - startNs) / 1_000) <= 0.002, `${end.ts}`);
        }
      }
    });
  });
}

interface Chunk {
  readonly cpuProfile: {
    readonly samples: readonly number[];
    readonly nodes?: readonly { readonly id: number; readonly parent?: number }[];
  };
  readonly timeDeltas: readonly number[];
}

/** Where the samples of a thread begin and end, on the axis of its process. */
function sampledSpan(events: readonly TraceEvent[]): readonly [number, number] {
  const chunks = events.filter(({ name }) => name === 'ProfileChunk');
  const end = (chunks.at(-1)!.args as { data: { endTime: number } }).data.endTime;
  return [chunks[0]!.ts, end];
}

function nameIn({ args }: TraceEvent): string {
  return (args as { readonly name: string }).name;
}

function processOf(events: readonly TraceEvent[], variant: VariantName): number {
  const title = `${variant}: profiled repetition`;
  return events.find((event) => event.name === 'process_name' && nameIn(event) === title)!.pid;
}

function jobEvents(events: readonly TraceEvent[], variant: VariantName): TraceEvent[] {
  const own = processOf(events, variant);
  return events.filter(({ pid, cat, ph }) => pid === own && cat === 'job' && ph !== 'C');
}
