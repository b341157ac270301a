import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { messageOf } from '../../../src/core/errors.ts';
import type { Outcome } from '../../../src/core/outcomes.ts';
import { classify } from '../../../src/workload/classify.ts';

const coded = (code: string, message = 'it failed') => Object.assign(new Error(message), { code });

const CODES: Readonly<Record<string, Outcome>> = {
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-error',
  ECONNREFUSED: 'connect-error',
  ENOTFOUND: 'connect-error',
  EAI_AGAIN: 'connect-error',
  UNABLE_TO_GET_ISSUER_CERT: 'connect-error',
  UNABLE_TO_GET_CRL: 'connect-error',
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: 'connect-error',
  UNABLE_TO_DECRYPT_CRL_SIGNATURE: 'connect-error',
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: 'connect-error',
  CERT_SIGNATURE_FAILURE: 'connect-error',
  CRL_SIGNATURE_FAILURE: 'connect-error',
  CERT_NOT_YET_VALID: 'connect-error',
  CERT_HAS_EXPIRED: 'connect-error',
  CRL_NOT_YET_VALID: 'connect-error',
  CRL_HAS_EXPIRED: 'connect-error',
  ERROR_IN_CERT_NOT_BEFORE_FIELD: 'connect-error',
  ERROR_IN_CERT_NOT_AFTER_FIELD: 'connect-error',
  ERROR_IN_CRL_LAST_UPDATE_FIELD: 'connect-error',
  ERROR_IN_CRL_NEXT_UPDATE_FIELD: 'connect-error',
  OUT_OF_MEM: 'connect-error',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'connect-error',
  SELF_SIGNED_CERT_IN_CHAIN: 'connect-error',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'connect-error',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'connect-error',
  CERT_CHAIN_TOO_LONG: 'connect-error',
  CERT_REVOKED: 'connect-error',
  INVALID_CA: 'connect-error',
  PATH_LENGTH_EXCEEDED: 'connect-error',
  INVALID_PURPOSE: 'connect-error',
  CERT_UNTRUSTED: 'connect-error',
  CERT_REJECTED: 'connect-error',
  HOSTNAME_MISMATCH: 'connect-error',
  UNSPECIFIED: 'connect-error',
  ERR_TLS_CERT_ALTNAME_INVALID: 'connect-error',
  ERR_SSL_WRONG_VERSION_NUMBER: 'connect-error',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocol-error',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'protocol-error',
  HPE_INVALID_CONSTANT: 'protocol-error',
  EMFILE: 'client-exhausted',
  ENFILE: 'client-exhausted',
  EADDRNOTAVAIL: 'client-exhausted',
  ENOBUFS: 'client-exhausted',
  ENOENT: 'threw',
};

describe('classify', () => {
  for (const [code, outcome] of Object.entries(CODES)) {
    test(`${code} is ${outcome}`, () => {
      assert.deepEqual(classify(coded(code)), { outcome, code, message: 'it failed' });
    });
  }

  test('EACCES of a connection is connect-error, of a file the user’s own', () => {
    const denied = (syscall: string) => Object.assign(coded('EACCES'), { syscall });
    assert.equal(classify(denied('connect')).outcome, 'connect-error');
    assert.equal(classify(denied('open')).outcome, 'threw');
  });

  test('undici has one code for a connection that ended and for an unasked 100 or 101: the message tells', () => {
    for (const [message, outcome] of [
      ['other side closed', 'reset'],
      ['bad response', 'protocol-error'],
      ['bad upgrade', 'protocol-error'],
    ] as const) {
      assert.equal(classify(coded('UND_ERR_SOCKET', message)).outcome, outcome, message);
    }
    assert.equal(classify(coded('ECONNRESET', 'bad response')).outcome, 'reset');
  });

  test('follows causes, as fetch and users wrap them, and quotes the one that tells', () => {
    const wrapped = new Error('outer', {
      cause: new TypeError('fetch failed', { cause: coded('ECONNRESET', 'inner') }),
    });
    assert.deepEqual(classify(wrapped), { outcome: 'reset', code: 'ECONNRESET', message: 'inner' });
  });

  test('an unknown code of its own does not hide a known one further in', () => {
    const wrapped = Object.assign(new Error('outer', { cause: coded('ECONNREFUSED') }), { code: 'E_MINE' });
    assert.equal(classify(wrapped).outcome, 'connect-error');
  });

  test('follows causes so far and no further, and ends on a circle', () => {
    const deep = [1, 2, 3, 4, 5].reduce<Error>(
      (cause) => new Error('wrapped', { cause }),
      coded('ECONNRESET'),
    );
    assert.equal(classify(deep).outcome, 'threw');
    const circle = new Error('circle');
    circle.cause = circle;
    assert.deepEqual(classify(circle), { outcome: 'threw', code: null, message: 'circle' });
  });

  test('an AggregateError goes by the first address that was tried', () => {
    const tried = new AggregateError(
      [coded('ECONNREFUSED', 'first'), coded('ENETUNREACH', 'second')],
      'all failed',
    );
    assert.deepEqual(classify(tried), { outcome: 'connect-error', code: 'ECONNREFUSED', message: 'first' });
    assert.equal(classify(new TypeError('fetch failed', { cause: tried })).outcome, 'connect-error');
    assert.equal(classify(new AggregateError([null])).outcome, 'threw');
    assert.equal(classify(Object.assign(new AggregateError([]), { code: 'ECONNRESET' })).outcome, 'reset');
  });

  test('EADDRNOTAVAIL of one address: another address tells; of all of them, no local port is left', () => {
    const noIpv6 = coded('EADDRNOTAVAIL', 'connect EADDRNOTAVAIL ::1:80');
    const refused = coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:80');
    assert.equal(classify(new AggregateError([noIpv6, refused])).outcome, 'connect-error');
    assert.equal(classify(new AggregateError([noIpv6, noIpv6])).outcome, 'client-exhausted');
  });

  test('a TimeoutError is a timeout by its name: AbortSignal.timeout has no code that is text', () => {
    assert.equal(classify(new DOMException('too slow', 'TimeoutError')).outcome, 'timeout');
    assert.equal(
      classify(new Error('x', { cause: new DOMException('too slow', 'TimeoutError') })).outcome,
      'timeout',
    );
  });

  test("undici's error for broken HTTP goes by its name: it leaves its code empty", () => {
    const parser = Object.assign(new Error('Invalid major version'), {
      name: 'HTTPParserError',
      code: undefined,
    });
    const expected = { outcome: 'protocol-error', code: null, message: 'Invalid major version' };
    assert.deepEqual(classify(parser), expected);
    assert.deepEqual(classify(new TypeError('fetch failed', { cause: parser })), expected);
    assert.equal(classify(Object.assign(new Error(), { name: 'constructor' })).outcome, 'threw');
  });

  test("anything else is the user's own: threw, whatever it is", () => {
    const cases: readonly (readonly [unknown, string])[] = [
      [new Error('mine'), 'mine'],
      [new RangeError(), 'RangeError'],
      ['text', 'text'],
      [null, 'null'],
      [undefined, 'undefined'],
      [{ why: 'because' }, '{"why":"because"}'],
      [12n, '[object BigInt]'],
      [Symbol('s'), 'Symbol(s)'],
    ];
    for (const [thrown, message] of cases) {
      assert.deepEqual(classify(thrown), { outcome: 'threw', code: null, message });
    }
    assert.equal(classify(coded('constructor')).outcome, 'threw');
    assert.deepEqual(classify(coded('E_MINE')), { outcome: 'threw', code: 'E_MINE', message: 'it failed' });
  });

  test('an error whose message is no text has one all the same', () => {
    const odd = Object.assign(new Error(), { message: { status: 5 } });
    assert.equal(messageOf(odd), '{"status":5}');
    assert.deepEqual(classify(odd), { outcome: 'threw', code: null, message: '{"status":5}' });
  });

  test('an error that can not even be read is no reason to throw', () => {
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('no');
      },
      has() {
        throw new Error('no');
      },
    });
    assert.equal(classify(hostile).outcome, 'threw');
  });
});
