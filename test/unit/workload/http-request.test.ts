import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { redactText } from '../../../src/core/redaction.ts';
import type { HttpRequest } from '../../../src/workload/http-definition.ts';
import { compileRequest } from '../../../src/workload/http-request.ts';
import { type Job, WorkloadError } from '../../../src/workload/workload.ts';

const BASE = { baseUrl: 'http://example.test' };
const compile = (
  request: Partial<HttpRequest>,
  workload: { baseUrl: string; headers?: Record<string, string> } = BASE,
) => compileRequest({ name: 'r', path: '/', ...request }, 4, workload);

/** Name, value, name, value… as pairs. */
const pairsOf = (headers: readonly string[]) =>
  headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]]] : []));

const job: Job<HttpRequest> = { position: 7, index: 0, name: 'r', input: { name: 'r', path: '/' } };

describe('headers', () => {
  test("a request's header replaces the workload's of the same name, whatever the case, in its place", () => {
    const { headers } = compile(
      { headers: { ACCEPT: 'text/plain', 'x-own': '2' } },
      { ...BASE, headers: { 'X-All': '1', accept: '*/*', 'x-last': '3' } },
    );
    assert.deepEqual(pairsOf(headers), [
      ['X-All', '1'],
      ['ACCEPT', 'text/plain'],
      ['x-last', '3'],
      ['x-own', '2'],
    ]);
  });

  test('a secret value is never part of a message', () => {
    for (const [name, value] of [
      ['authorization', 'Bearer s3cr3t\r\nx'],
      ['s3cr3t\n', 'v'],
      ['x', 's3cr3t\0'],
    ] as const) {
      assert.throws(
        () => compile({ headers: { [name]: value } }),
        (thrown) =>
          thrown instanceof WorkloadError &&
          thrown.message.includes('requests[4]') &&
          (name !== 'authorization' || !thrown.message.includes('s3cr3t')),
      );
    }
    assert.throws(
      () => compile({ headers: { token: 5 as unknown as string } }),
      /the value of token must be a string/,
    );
  });

  test('a body of JSON gets its content-type, unless there is one; raw bodies do not', () => {
    assert.deepEqual(pairsOf(compile({ method: 'POST', body: { a: 1 } }).headers), [
      ['content-type', 'application/json'],
    ]);
    assert.deepEqual(pairsOf(compile({ body: () => 'x' }).headers), [['content-type', 'application/json']]);
    assert.deepEqual(pairsOf(compile({ body: null, headers: { 'Content-Type': 'a/b' } }).headers), [
      ['Content-Type', 'a/b'],
    ]);
    assert.deepEqual(compile({ body: 'raw' }).headers, []);
    assert.deepEqual(compile({ body: new Uint8Array(1) }).headers, []);
    assert.deepEqual(compile({}).headers, []);
  });
});

describe('the base URL', () => {
  test('its own path comes before that of the request, with one slash between', () => {
    const paths = ['http://h', 'http://h/', 'http://h/v1', 'http://h/v1/', 'http://h/a/b//'].map((baseUrl) =>
      compile({ path: '/x?q=1' }, { baseUrl }).path(() => job),
    );
    assert.deepEqual(paths, ['/x?q=1', '/x?q=1', '/v1/x?q=1', '/v1/x?q=1', '/a/b/x?q=1']);
  });

  test("a request's own replaces the workload's; the origin keeps its port", () => {
    const { origin } = compile({ baseUrl: 'https://other.test:8443/z' });
    assert.equal(origin, 'https://other.test:8443');
    assert.equal(compile({}).origin, 'http://example.test');
  });

  test('a user and password become basic authorization, as RFC 7617 has it, and leave the origin', () => {
    // RFC 7617, section 2: Aladdin / open sesame.
    const { headers, origin } = compile({}, { baseUrl: 'http://Aladdin:open%20sesame@h' });
    assert.deepEqual(headers, ['authorization', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==']);
    assert.equal(origin, 'http://h');
    const own = compile({ headers: { Authorization: 'Bearer x' } }, { baseUrl: 'http://a:b@h' });
    assert.deepEqual(own.headers, ['Authorization', 'Bearer x'], "the request's own stays");
    const user = compile({}, { baseUrl: 'http://token@h' });
    assert.deepEqual(user.headers, ['authorization', `Basic ${Buffer.from('token:').toString('base64')}`]);
  });

  test('its password is a secret wherever a message repeats it', () => {
    compile({}, { baseUrl: 'http://own-user:own%20pass-9Kx@h' });
    assert.equal(redactText('not with own pass-9Kx'), 'not with ***');
  });

  test('a query or a fragment is refused, and not repeated', () => {
    for (const baseUrl of ['http://h/?s3cr3t=1', 'http://h/a#s3cr3t']) {
      assert.throws(
        () => compile({}, { baseUrl }),
        (thrown) =>
          thrown instanceof WorkloadError &&
          /requests\[4\]: `baseUrl` .*query/.test(thrown.message) &&
          !thrown.message.includes('s3cr3t'),
        baseUrl,
      );
    }
  });

  test('one that can not be used is named, and its credentials are not', () => {
    for (const baseUrl of [
      '',
      'h',
      'ftp://h',
      'http://',
      'http://u:s3cr3t@',
      'http://u:s3cr3t%zz@h',
      5,
      undefined,
      null,
    ]) {
      assert.throws(
        () => compile({}, { baseUrl: baseUrl as string }),
        (thrown) =>
          thrown instanceof WorkloadError &&
          /requests\[4\]: `baseUrl`/.test(thrown.message) &&
          !thrown.message.includes('s3cr3t'),
        String(baseUrl),
      );
    }
  });
});

describe('path and body', () => {
  test('functions are called for each job; fixed ones are made once', () => {
    const perJob = compile({
      path: ({ position }) => `/p/${position}`,
      body: ({ position }) => ({ position }),
    });
    assert.deepEqual([perJob.path(() => job), perJob.body(() => job)], ['/p/7', '{"position":7}']);
    const body = new Uint8Array([1, 2]);
    const fixed = compile({ path: '/p', body });
    const never = () => assert.fail('a fixed request needs no job');
    assert.deepEqual([fixed.path(never), fixed.body(never)], ['/p', body]);
    assert.equal(compile({ body: false }).body(never), 'false');
    assert.equal(compile({ body: null }).body(never), 'null');
    assert.equal(compile({}).body(never), null);
  });

  test('a function that gives no path fails its job and says where', () => {
    const broken = compile({ path: () => 'x' });
    assert.throws(() => broken.path(() => job), /requests\[4\]: `path` must begin with a slash/);
  });

  test('a path function sees whatever position the job has', () => {
    const request = compile({ path: (each) => `/${each.position}` });
    fc.assert(
      fc.property(fc.nat(), (position) => {
        assert.equal(
          request.path(() => ({ ...job, position })),
          `/${position}`,
        );
      }),
    );
  });
});

describe('an entry that can not be used', () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [null, /requests\[4\] must be an object/],
    ['GET /', /requests\[4\] must be an object/],
    [{ path: '/' }, /requests\[4\]: `name`/],
    [{ name: '', path: '/' }, /requests\[4\]: `name`/],
    [{ name: 'r' }, /requests\[4\]: `path`/],
    [{ name: 'r', path: 'x' }, /requests\[4\]: `path` must begin with a slash/],
    [{ name: 'r', path: '/', method: 'get' }, /requests\[4\]: `method` .*not get/],
    [{ name: 'r', path: '/', method: 'TRACE' }, /requests\[4\]: `method`/],
    [{ name: 'r', path: '/', repeat: -1 }, /requests\[4\]: `repeat`/],
    [{ name: 'r', path: '/', repeat: 0.5 }, /requests\[4\]: `repeat`/],
    [{ name: 'r', path: '/', headers: [] }, /requests\[4\]: `headers`/],
    [{ name: 'r', path: '/', headers: { 'no spaces': 'x' } }, /requests\[4\]: `headers`: "no spaces"/],
  ];
  for (const [request, message] of cases) {
    test(`${JSON.stringify(request)}: the message names entry and field`, () => {
      assert.throws(
        () => compileRequest(request as HttpRequest, 4, BASE),
        (thrown) => thrown instanceof WorkloadError && message.test(thrown.message),
      );
    });
  }
});
