import assert from 'node:assert/strict';
import { constants } from 'node:buffer';
import { describe, test } from 'node:test';
import { checkPayload } from '../../../../src/orchestrator/experiment/possible.ts';

const GB = 1e9;

describe('checkPayload', () => {
  test('what V8 can hold as text, and memory can hold at once, is let through', () => {
    checkPayload(constants.MAX_STRING_LENGTH - 4_096, 1, 8 * GB);
    checkPayload(64e6, 100, 8 * GB);
  });

  test('longer than any text in V8: refused, with the most that is possible', () => {
    assert.throws(() => checkPayload(600e6, 1, 8 * GB), {
      code: 'limit-reached',
      message: /^--payload 600 MB: .* V8 holds \d+ MB at most$/,
    });
  });

  test('more than the memory of this machine in flight at once: refused', () => {
    assert.throws(() => checkPayload(100e6, 100, 8 * GB), {
      code: 'limit-reached',
      message:
        '--payload 100 MB: 100 concurrent responses take 10,000 MB, and this machine has 8,000 MB of memory',
    });
  });
});
