import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadRequest, checkJitter, parseApiQuery } from '../../../../src/orchestrator/server/query.ts';

test('reads every parameter and leaves others alone', () => {
  assert.deepEqual(
    parseApiQuery('latency=2.5&jitter=0.1&distribution=uniform&size=100&status=503&busy=4&n=1&n=2'),
    {
      latencyMs: 2.5,
      jitter: 0.1,
      distribution: 'uniform',
      payloadBytes: 100,
      status: 503,
      busyMs: 4,
    },
  );
  assert.deepEqual(Object.values(parseApiQuery('')), [null, null, null, null, null, null]);
});

const wrong: readonly (readonly [string, RegExp])[] = [
  ['latency=-1', /^latency must be a number from 0 to 600000, not "-1"$/],
  ['latency=', /^latency must be a number/],
  ['latency=1e3', /^latency must be a number/],
  ['latency=Infinity', /^latency must be a number/],
  ['latency=600001', /^latency must be a number/],
  ['jitter=11', /^jitter must be a number from 0 to 10/],
  ['distribution=normal', /^distribution must be one of fixed, uniform, log-normal, not "normal"$/],
  ['size=1.5', /^size must be an integer from 0 to 1073741824/],
  ['status=100', /^status must be an integer from 200 to 599/],
  ['status=0x1f4', /^status must be an integer/],
  ['busy=1001', /^busy must be a number from 0 to 1000/],
  ['latency=1&latency=2', /^latency is given twice$/],
];
for (const [query, message] of wrong) {
  test(`refuses ${query}`, () => {
    assert.throws(
      () => parseApiQuery(query),
      (error) => error instanceof BadRequest && message.test(error.message),
    );
  });
}

test('a uniform distribution has a largest jitter', () => {
  checkJitter('uniform', 0.577);
  checkJitter('log-normal', 3);
  assert.throws(() => checkJitter('uniform', 0.6), /at most 0\.577/);
});
