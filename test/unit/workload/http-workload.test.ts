import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { HTTP_METHODS, type HttpWorkloadDefinition } from '../../../src/workload/http-definition.ts';
import { httpWorkload } from '../../../src/workload/http-workload.ts';
import { isWorkload, WorkloadError } from '../../../src/workload/workload.ts';

const baseUrl = 'http://example.test/v1';
const request = (name: string, repeat?: number) => ({
  name,
  path: '/',
  ...(repeat === undefined ? {} : { repeat }),
});
const namesOf = (definition: Pick<HttpWorkloadDefinition, 'requests'>) => {
  const workload = httpWorkload({ baseUrl, ...definition });
  return Array.from({ length: workload.itemCount }, (_, item) => workload.itemName(item));
};

describe('httpWorkload', () => {
  test('says its name, its items and where its requests go', () => {
    const workload = httpWorkload({ name: 'mine', baseUrl, requests: [request('a')] });
    assert.ok(isWorkload(workload));
    assert.deepEqual(
      [workload.name, workload.itemCount, workload.origin],
      ['mine', 1, 'http://example.test'],
    );
    assert.equal(httpWorkload({ baseUrl, requests: [] }).name, 'http');
    assert.deepEqual([httpWorkload({ baseUrl, requests: [] }).itemCount, workload.itemName(99)], [0, '?']);
  });

  test('says what an item asks of whom: a path that is made for each job as it was made, without secrets', () => {
    const workload = httpWorkload({
      baseUrl: 'http://ann:pw@h/v1',
      requests: [
        { name: 'a', path: '/x?token=abc', method: 'POST', repeat: 2 },
        { name: 'b', path: ({ position }) => `/${position}` },
      ],
    });
    assert.equal(workload.itemInput(2, null), 'POST http://h/v1/x?token=***');
    assert.equal(workload.itemInput(1, '/v1/7?token=abc'), 'GET http://h/v1/7?token=***');
    assert.equal(workload.itemInput(1, null), 'GET http://h/…');
    assert.equal(workload.itemInput(99, null), null);
  });

  test('takes every method', () => {
    assert.equal(
      namesOf({ requests: HTTP_METHODS.map((method) => ({ ...request(method), method })) }).length,
      7,
    );
  });

  test('requests take turns, by hand: a×3, b×1, c×2', () => {
    assert.deepEqual(namesOf({ requests: [request('a', 3), request('b'), request('c', 2)] }), [
      'a',
      'b',
      'c',
      'a',
      'c',
      'a',
    ]);
    assert.deepEqual(namesOf({ requests: [request('a', 0), request('b', 2)] }), ['b', 'b']);
  });

  test('each request stands there as often as it says, and the first n items hold the first n requests', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 }), (repeats) => {
        const names = namesOf({ requests: repeats.map((repeat, index) => request(String(index), repeat)) });
        repeats.forEach((repeat, index) => {
          assert.equal(names.filter((name) => name === String(index)).length, repeat);
          assert.equal(names[index], String(index));
        });
      }),
    );
  });
});

describe('a definition that can not be run', () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /baseUrl and requests/],
    [null, /baseUrl and requests/],
    [{ baseUrl }, /`requests` must be an array/],
    [{ baseUrl, requests: {} }, /`requests`/],
    [{ baseUrl, requests: [], name: 5 }, /`name`/],
    [{ baseUrl, requests: [], name: '' }, /`name`/],
    [{ baseUrl, requests: [], maxBodyBytes: 0 }, /`maxBodyBytes`/],
    [{ baseUrl, requests: [], process: 'x' }, /`process`/],
    [{ baseUrl, requests: [], digest: 1 }, /`digest`/],
    [{ baseUrl, requests: [], accept: 200 }, /`accept`/],
    [{ requests: [request('a')] }, /requests\[0\]: `baseUrl`/],
    [{ baseUrl, requests: [request('a')], headers: 'x: y' }, /`headers` must be an object/],
    [
      { baseUrl, requests: [request('a', 10_000_000), request('b', 1)] },
      /10000001 jobs are more than 10000000/,
    ],
  ];
  for (const [definition, message] of cases) {
    test(`${JSON.stringify(definition)}: the message names the field`, () => {
      assert.throws(
        () => httpWorkload(definition as HttpWorkloadDefinition),
        (thrown) => thrown instanceof WorkloadError && message.test(thrown.message),
      );
    });
  }
});
