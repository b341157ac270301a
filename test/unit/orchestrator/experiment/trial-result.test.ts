import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ThreadmillError } from '../../../../src/core/errors.ts';
import type { Arm } from '../../../../src/orchestrator/experiment/arm.ts';
import type { Session } from '../../../../src/orchestrator/experiment/session.ts';
import { trialOf } from '../../../../src/orchestrator/experiment/trial-result.ts';

test('a queue that fails within a trial: its own message and advice, and not that of a fault in Threadmill', () => {
  const result = {
    type: 'failed' as const,
    code: 'queue-unusable',
    message: 'the queue server did not answer for 30 s',
    advice: 'Look at its log.',
  };
  const place = { round: 1, order: 0, rowsTrial: 0 };
  assert.throws(
    () => trialOf({} as Session, result, { key: 'distributed-queue' } as Arm, place),
    ({ code, message, advice }: ThreadmillError) => {
      assert.deepEqual({ type: 'failed', code, message, advice }, result);
      return true;
    },
  );
});
