import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Connecting,
  type MachineLimits,
  mustCloseIdle,
} from '../../../../src/orchestrator/experiment/connection-limits.ts';
import { RUN_VARIANTS } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';

const NO_LIMITS: MachineLimits = { descriptors: null, ports: null };

function closesIdle(changes: Partial<Connecting>, limits: Partial<MachineLimits>): boolean {
  const usual: Connecting = {
    ...{ variants: [...RUN_VARIANTS], concurrency: 100, workers: 2, aa: false },
    ...{ versions: 1, keepAlive: true, embedded: true },
  };
  return mustCloseIdle({ ...usual, ...changes }, { ...NO_LIMITS, ...limits });
}

describe('mustCloseIdle', () => {
  // sequential has 1 connection, the three others 100 each; the server itself needs 32 descriptors.
  test('the sum over all variants decides for the embedded server', () => {
    assert.equal(closesIdle({}, { descriptors: 301 + 32 }), false);
    assert.equal(closesIdle({}, { descriptors: 301 + 31 }), true);
  });

  test('the double of the baseline (--aa) counts', () => {
    assert.equal(closesIdle({ aa: true }, { descriptors: 301 + 32 }), true);
    assert.equal(closesIdle({ aa: true }, { descriptors: 302 + 32 }), false);
  });

  test('another server has descriptors of its own, but local ports are this machine’s', () => {
    assert.equal(closesIdle({ embedded: false }, { descriptors: 256 }), false);
    assert.equal(closesIdle({ embedded: false }, { ports: 300 }), true);
  });

  test('nothing is idle without keep-alive; without known limits nothing has to be closed', () => {
    assert.equal(closesIdle({ keepAlive: false }, { descriptors: 256 }), false);
    assert.equal(closesIdle({}, {}), false);
  });

  test('more than one process may have: refused, with a limit and a concurrency that would do', () => {
    // 48 for the runner itself, 8 for each of 2 threads.
    const refused = (changes: Partial<Connecting>, limits: Partial<MachineLimits>) => {
      try {
        closesIdle(changes, limits);
      } catch (thrown) {
        const { code, message, advice } = thrown as { code: string; message: string; advice: string };
        return { code, message, advice };
      }
      return null;
    };
    assert.equal(refused({}, { descriptors: 164 }), null);
    const over = refused({}, { descriptors: 163 });
    assert.equal(over?.code, 'limit-reached');
    assertNames(over.message, '100 jobs', '164 open files', /\b163$/);
    assertNames(over.advice, '`ulimit -n 256`', '`--ulimit nofile=256`', '--concurrency 99');
    assertNames(refused({ workers: 100 }, { descriptors: 200 })!.advice, '--workers');
    assert.equal(refused({ variants: ['sequential'] }, { descriptors: 60 }), null);
    assertNames(refused({}, { ports: 50 })!.message, 'local ports', /\b50$/);
  });
});
