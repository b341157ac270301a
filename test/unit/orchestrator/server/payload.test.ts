import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { PayloadSource, SHARDS } from '../../../../src/orchestrator/server/payload.ts';
import { APIS } from '../../../../src/orchestrator/server/records.ts';

interface Payload {
  readonly api: string;
  readonly id: string;
  readonly revision: number;
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

function textOf(source: PayloadSource, size: number, shard = 0): string {
  const tail = source.tail(size, shard);
  const body =
    tail.kind === 'text' ? tail.text : tail.chunk.toString('latin1').repeat(tail.repeats) + tail.text;
  assert.equal(body.length, tail.length);
  return source.head('12345678', 0x7fff_ffff) + body;
}

for (const [name, definition] of Object.entries(APIS)) {
  describe(name, () => {
    const source = new PayloadSource(name, definition, 5);

    test('is JSON of about the size asked for, with records that hold numbers', () => {
      const sizes = fc.oneof(fc.integer({ min: 300, max: 5000 }), fc.integer({ min: 60_000, max: 300_000 }));
      fc.assert(
        fc.property(sizes, fc.nat(SHARDS - 1), (size, shard) => {
          const text = textOf(source, size, shard);
          assert.ok(text.length <= size && text.length > size - 250, `${text.length} for ${size}`);
          const payload = JSON.parse(text) as Payload;
          assert.equal(payload.api, name);
          assert.equal(payload.id, '12345678');
          for (const item of payload.items.slice(0, 3)) {
            assert.ok(Object.values(item).some((value) => typeof value === 'number'));
          }
        }),
        { numRuns: 60 },
      );
    });

    test('around the border of a whole chunk it is still JSON', () => {
      const chunk = source.tail(200_000, 0);
      assert.equal(chunk.kind, 'stream');
      const length = chunk.kind === 'stream' ? chunk.chunk.length : 0;
      for (let size = 2 * length - 20; size < 2 * length + 400; size += 7) JSON.parse(textOf(source, size));
    });

    test('size 0 has no records, a very small one has one', () => {
      assert.equal((JSON.parse(textOf(source, 0)) as Payload).items.length, 0);
      assert.equal((JSON.parse(textOf(source, 1)) as Payload).items.length, 1);
    });

    test('the same seed makes the same bytes, another seed and another shard others', () => {
      const size = definition.payloadBytes;
      assert.equal(textOf(new PayloadSource(name, definition, 5), size), textOf(source, size));
      assert.notEqual(textOf(new PayloadSource(name, definition, 6), size), textOf(source, size));
      assert.notEqual(textOf(source, size, 1), textOf(source, size, 0));
    });
  });
}

test('the cache is bounded, and what it dropped comes back the same', () => {
  const source = new PayloadSource('users', APIS.users ?? assert.fail(), 1);
  const before = textOf(source, 50_000);
  for (let size = 40_000; size < 41_000; size += 1) source.tail(size, 3);
  assert.equal(textOf(source, 50_000), before);
});
