import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { PageFlame } from '../../../../src/core/documents/flame.ts';
import { packFlame } from '../../../../src/profile/packed-flame/pack-flame.ts';
import { unpackFlame } from '../../../../src/profile/packed-flame/unpack-flame.ts';
import { packNumbers, packText } from '../../../../src/profile/timeline/codec/pack.ts';
import { realisticFlame } from '../../../fixtures/runs/flames.ts';
import { anyCalls, dataOf } from '../../../support/call-trees.ts';

const paged = (data: PageFlame['data']): PageFlame => ({ id: 'x', label: 'X', jobs: 40, data });

describe('a flame in the data of a page', () => {
  test('is the same after it, but for times by line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCalls, { minLength: 1, maxLength: 3 }), async (threads) => {
        const flame = paged(dataOf(threads));
        assert.deepEqual(await unpackFlame(packFlame(flame)), flame);
      }),
      { numRuns: 30 },
    );
  });

  test('keeps how uncertain its times are', async () => {
    const bare = dataOf([['(root)', 0, [['a', 5]]]]);
    const data = { ...bare, threads: bare.threads.map((thread) => ({ ...thread, variance: [0, 6_400] })) };
    assert.deepEqual(await unpackFlame(packFlame(paged(data))), paged(data));
  });

  test('is the same text each time, and a third of its JSON or less', () => {
    const flame = paged(realisticFlame('worker-pool', 2));
    const packed = JSON.stringify(packFlame(flame));
    assert.equal(JSON.stringify(packFlame(flame)), packed);
    assert.ok(packed.length * 3 < JSON.stringify(flame).length, String(packed.length));
  });

  test('is refused where something in it is not there', async () => {
    const packed = packFlame(paged(dataOf([['(root)', 0, [['a', 5]]]])));
    const column = (values: number[]) => ({ values });
    const with3 = (frame: number[], up: number[], self: number[]) => ({
      ...packed,
      numbers: packNumbers([frame, up, self].map(column)),
    });
    const refused = [
      with3([0, 9], [1, 1], [0, 5]),
      with3([0, 1], [1, 0], [0, 5]),
      with3([0, 1], [0, 1], [0, 5]),
      with3([0, 1], [1, 2], [0, 5]),
      with3([0, 1], [1, 1], [0]),
      with3([], [], []),
      { ...packed, numbers: packNumbers([]) },
      { ...packed, head: packText('{') },
      { ...packed, head: packText('{"frames":[]}') },
      { ...packed, numbers: { ...packed.numbers, data: '!' } },
    ];
    for (const flame of refused) await assert.rejects(unpackFlame(flame), RangeError);
  });
});
