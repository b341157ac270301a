import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { type RunOptions, toDisplayOptions, toJudging, toRequest } from '../../../src/cli/options.ts';
import { addRunOptions } from '../../../src/cli/run-options.ts';
import { CAPTURE_FACTS, CAPTURE_NAMES } from '../../../src/core/captures.ts';
import { experimentRequestSchema } from '../../../src/core/documents/request.ts';

function parse(kind: 'bench' | 'profile', ...argv: string[]): RunOptions {
  const command = addRunOptions(new Command(kind), kind).exitOverride();
  return command.parse(argv, { from: 'user' }).opts<RunOptions>();
}

/** Options that a test does not name are no concern of it. */
function assertHolds(request: object, expected: Readonly<Record<string, unknown>>): void {
  const named = Object.entries(request).filter(([name]) => name in expected);
  assert.deepEqual(Object.fromEntries(named), expected);
}

describe('options', () => {
  test('defaults', () => {
    const request = toRequest('bench', parse('bench'), ['bench']);
    assertHolds(experimentRequestSchema.parse(request), {
      command: 'bench',
      commandLine: 'threadmill bench',
      outDir: resolve('profiles'),
      out: 'profiles',
      workloadFile: null,
      url: null,
      jobs: null,
      concurrency: null,
      workers: null,
      variants: null,
      pool: ['piscina'],
      uvThreads: null,
      rounds: null,
      precision: 0.02,
      maxTimeMs: 20_000,
      minRounds: null,
      aa: false,
      trace: true,
      load: { kind: 'closed', rateLimit: null },
      transfer: 'auto',
      results: 'return',
      inputs: 'send',
      warmup: 1,
      seed: 1,
      timeoutMs: 30_000,
      protocol: null,
      client: null,
      ca: null,
      insecure: false,
      allowFailures: 0,
      retry: null,
      fault: [],
      latencyMs: null,
      jitter: 0.2,
      cpuMs: 0,
      cpuIterationsPerMs: null,
      payloadBytes: null,
      keepAlive: true,
      tls: false,
      captures: [],
      against: null,
      sweep: null,
    });
    const profile = toRequest('profile', parse('profile'), ['profile']);
    assert.deepEqual(
      [profile.maxTimeMs, profile.captures],
      [15_000, CAPTURE_NAMES.filter((name) => CAPTURE_FACTS[name].isDefault)],
    );
  });

  test('--variants pools names every pool that runs whole jobs; --pool makes a variant of each library', () => {
    const variantsOf = (...argv: string[]) => {
      const { variants, pool } = toRequest('bench', parse('bench', ...argv), ['bench', ...argv]);
      return [variants?.join(), pool.join()];
    };
    assert.deepEqual(variantsOf('--variants', 'pools'), [
      'worker-pool,worker-pool+tinypool,worker-pool+workerpool,raw-threads,process-pool',
      'piscina',
    ]);
    const libraries = ['--pool', 'workerpool,piscina'];
    assert.deepEqual(variantsOf('--variants', 'event-loop,offload', ...libraries), [
      'event-loop,offload,offload+workerpool',
      'piscina',
    ]);
    assert.deepEqual(variantsOf(...libraries), [undefined, 'piscina,workerpool']);
    assert.throws(() => parse('bench', '--pool', 'tinypol'), /there is no library "tinypol"/);
  });

  test('everything given', () => {
    const argv =
      '--workload w.ts --jobs 50 --concurrency 10 --workers 3 --variants worker-pool,sequential --rounds 7 --precision 0.5% --max-time 5s --aa --no-trace ' +
      '--warmup 0 --seed 9 --timeout 5s --out o --url http://me:pw@h/v1 --latency 100ms --jitter 0 --cpu 2 ' +
      '--payload 4kb --no-keep-alive --allow-failures 2% --retry 3 --fault reset:1% --protocol auto --clients ky,fetch --ca ca.pem --insecure --tls --transfer transfer --results digest --inputs load --uv-threads 8 --captures all --json --quiet';
    const options = parse('profile', ...argv.split(' '));
    const request = toRequest('profile', options, ['profile', ...argv.split(' ')]);
    const { commandLine, ...rest } = experimentRequestSchema.parse(request);
    assertHolds(rest, {
      command: 'profile',
      outDir: resolve('o'),
      out: 'o',
      workloadFile: resolve('w.ts'),
      url: 'http://me:pw@h/v1',
      jobs: 50,
      concurrency: 10,
      workers: 3,
      variants: ['sequential', 'worker-pool'],
      pool: ['piscina'],
      uvThreads: 8,
      rounds: 7,
      precision: 0.005,
      maxTimeMs: 5_000,
      minRounds: 1,
      aa: true,
      trace: false,
      load: { kind: 'closed', rateLimit: null },
      transfer: 'transfer',
      results: 'digest',
      inputs: 'load',
      warmup: 0,
      seed: 9,
      timeoutMs: 5_000,
      protocol: 'auto',
      client: ['fetch', 'ky'],
      ca: resolve('ca.pem'),
      insecure: true,
      allowFailures: 0.02,
      retry: 3,
      fault: [{ fault: 'reset', share: 0.01, value: null, spread: null }],
      latencyMs: 100,
      jitter: 0,
      cpuMs: 2,
      cpuIterationsPerMs: null,
      payloadBytes: 4_000,
      keepAlive: false,
      tls: true,
      captures: [...CAPTURE_NAMES],
      against: null,
      sweep: null,
    });
    assert.ok(commandLine.includes('--url http://h/v1') && !commandLine.includes('pw'), commandLine);
    assert.deepEqual(toDisplayOptions(options), {
      json: true,
      markdown: false,
      csv: null,
      details: false,
      quiet: true,
      verbose: false,
    });
  });

  test('the load: closed, limited, or on a schedule', () => {
    const loadOf = (...argv: string[]) => toRequest('bench', parse('bench', ...argv), []).load;
    assert.deepEqual(loadOf('--rate', '12.5'), { kind: 'open', rate: 12.5, arrivals: 'uniform' });
    assert.deepEqual(loadOf('--arrivals', 'poisson', '--rate', '9'), {
      kind: 'open',
      rate: 9,
      arrivals: 'poisson',
    });
    assert.deepEqual(loadOf('--rate-limit', '0.5'), { kind: 'closed', rateLimit: 0.5 });
    assert.throws(() => loadOf('--arrivals', 'uniform'), { code: 'usage' });
    assert.throws(() => loadOf('--arrivals', 'often', '--rate', '1'), { code: 'usage' });
  });

  test('another version: what the base has of its own, and gates on CPU and wall unless others are given', () => {
    const options = parse(
      'bench',
      ...[
        '--against',
        'git:main',
        '--against-option',
        'concurrency=32',
        '--against-option',
        'keep-alive=false',
      ],
      ...['--against-env', 'A=b=c', '--against-env', 'B=', '--profile'],
    );
    const request = experimentRequestSchema.parse(toRequest('bench', options, []));
    assert.deepEqual(request.against, {
      what: 'git:main',
      options: { concurrency: 32, keepAlive: false },
      node: null,
      env: { A: 'b=c', B: '' },
    });
    assert.deepEqual([request.maxTimeMs, request.captures], [60_000, ['threads']]);
    const gates = (...argv: string[]) =>
      toJudging(parse('bench', '--against', 'x.ts', ...argv)).gates.map(({ expression }) => expression);
    assert.deepEqual(gates(), ['cpu-regression > 5%', 'regression > 5%']);
    assert.deepEqual(gates('--gate', '2.5%'), ['cpu-regression > 2.5%', 'regression > 2.5%']);
    assert.deepEqual(gates('--fail-if', 'any.failed > 0'), [
      ...['cpu-regression > 5%', 'regression > 5%'],
      'any.failed > 0',
    ]);
    assert.deepEqual(gates('--fail-if', 'cpu-regression > 3%'), ['cpu-regression > 3%']);
  });

  test('options of the base that are wrong, or that have no base: usage', () => {
    for (const argv of [
      ['--against-option', 'concurency=3'],
      ['--against-option', 'concurrency=0'],
      ['--against-option', 'concurrency'],
      ['--against-env', '=b'],
      ['--gate', '5'],
      ['--gate', '-1', '--against', 'x.ts'],
      ['--profile'],
    ]) {
      assert.throws(() => toRequest('bench', parse('bench', ...argv), []), { code: 'usage' }, argv.join(' '));
    }
  });

  test('what the options take is what the request takes', () => {
    const extremes: readonly (readonly [string, string, string])[] = [
      ['--jobs', '1', '10000000'],
      ['--concurrency', '1', '65535'],
      ['--workers', '1', '1024'],
      ['--rounds', '1', '10000'],
      ['--warmup', '0', '1000'],
      ['--seed', '0', '4294967295'],
      ['--timeout', '1', '24h'],
      ['--latency', '0', '10min'],
      ['--cpu', '0', '10min'],
      ['--jitter', '0', '10'],
      ['--payload', '0', '1073741824'],
      ['--rate', '0.001', '1000000'],
      ['--rate-limit', '0.001', '1000000'],
    ];
    for (const [flag, low, high] of extremes) {
      for (const value of [low, high]) {
        const request = toRequest('bench', parse('bench', flag, value), []);
        assert.ok(experimentRequestSchema.safeParse(request).success, `${flag} ${value}`);
      }
    }
  });
});
