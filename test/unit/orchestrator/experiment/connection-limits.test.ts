import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { usualVariants } from '../../../../src/core/variants.ts';
import {
  type Connecting,
  type MachineLimits,
  mustCloseIdle,
} from '../../../../src/orchestrator/experiment/connection-limits.ts';

const NO_LIMITS: MachineLimits = { descriptors: null, ports: null };

function closesIdle(changes: Partial<Connecting>, limits: Partial<MachineLimits>): boolean {
  const usual: Connecting = {
    ...{ variants: usualVariants(false), concurrency: 100, workers: 2, aa: false },
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
    assert.deepEqual(refused({}, { descriptors: 163 }), {
      code: 'limit-reached',
      message: '100 jobs in flight take about 164 open files in one process, and the limit here is 163',
      advice:
        'Raise the limit: `ulimit -n 256`, or in a container `--ulimit nofile=256`; or give --concurrency 99 or less.',
    });
    assert.match(refused({ workers: 100 }, { descriptors: 200 })?.advice ?? '', /or give fewer --workers\.$/);
    assert.equal(refused({ variants: ['sequential'] }, { descriptors: 60 }), null);
    assert.match(
      refused({}, { ports: 50 })?.message ?? '',
      /need as many local ports, and this machine has 50$/,
    );
  });
});
