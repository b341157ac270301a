import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  isSecretName,
  redactArguments,
  redactHeaders,
  redactText,
  redactUrl,
  rememberBodySecrets,
  rememberEnvironmentSecrets,
  rememberHeaderSecret,
  rememberUrlSecrets,
} from '../../../src/core/redaction.ts';

describe('redactUrl', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['http://localhost:3000/a?b=1#c', 'http://localhost:3000/a?b=1#c'],
    ['http://user:pass@host/x', 'http://host/x'],
    ['http://user@host', 'http://host'],
    ['http://a:b@c@host/x', 'http://host/x'],
    ['http://user:pa/ss@host/x', 'http://host/x'],
    ['user:pass@host:80/x', 'host:80/x'],
    ['http://[::1]:80/a@b', 'http://[::1]:80/a@b'],
    ['https://h/?token=abc&x=1', 'https://h/?token=***&x=1'],
    ['https://h/?x=1&api_key=abc', 'https://h/?x=1&api_key=***'],
    ['https://h/?%74oken=abc', 'https://h/?%74oken=***'],
    ['https://h/?X-Amz-Signature=abc&accessToken=d', 'https://h/?X-Amz-Signature=***&accessToken=***'],
    ['https://h/?a=1;password=abc', 'https://h/?a=1;password=***'],
    ['https://h/cb#access_token=abc&expires=3', 'https://h/cb#access_token=***&expires=3'],
    ['https://h/?code=abc&author=me&monkey=1', 'https://h/?code=***&author=me&monkey=1'],
    ['', ''],
  ];
  for (const [given, expected] of cases) {
    test(`${given} → ${expected}`, () => assert.equal(redactUrl(given), expected));
  }
});

describe('redactText', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['GET http://u:p@h/x failed', 'GET http://h/x failed'],
    ['authorization: Bearer abc.def', 'authorization: ***'],
    ['sent Bearer abc.def twice', 'sent Bearer *** twice'],
    ['sent Basic dXNlcjpwYXNz', 'sent Basic ***'],
    ['{"authorization":"Bearer x","b":1}', '{"authorization":"***","b":1}'],
    ["{ Cookie: 'a=b; c=d', x: 1 }", "{ Cookie: '***', x: 1 }"],
    ['Set-Cookie: sid=1; HttpOnly\nnext: line', 'Set-Cookie: ***\nnext: line'],
    ['Authorization: Digest username="x", response="y"', 'Authorization: ***'],
    ['api_key=abc rest', 'api_key=*** rest'],
    ['password: hunter2, user: me', 'password: ***, user: me'],
    ['{"clientSecret":"a\\"b","n":2}', '{"clientSecret":"***","n":2}'],
    ['connect ECONNREFUSED 127.0.0.1:80', 'connect ECONNREFUSED 127.0.0.1:80'],
    ['code: ECONNRESET', 'code: ECONNRESET'],
    ['statusCode: 500', 'statusCode: 500'],
    ['got eyJhbGciOi.eyJzdWIi.c2ln from it', 'got *** from it'],
    ['at file:///a/b.ts:12:3', 'at file:///a/b.ts:12:3'],
  ];
  for (const [given, expected] of cases) {
    test(`${given.replaceAll('\n', '⏎')} → ${expected.replaceAll('\n', '⏎')}`, () =>
      assert.equal(redactText(given), expected));
  }
});

describe('redactHeaders and redactArguments', () => {
  test('secret headers keep their name only', () => {
    assert.deepEqual(
      redactHeaders({
        Authorization: 'Bearer x',
        'X-Api-Key': 'k',
        accept: 'a',
        many: ['b', 'c'],
        no: undefined,
      }),
      { Authorization: '***', 'X-Api-Key': '***', accept: 'a', many: 'b, c' },
    );
  });

  test('a command line is quoted and redacted', () => {
    assert.equal(
      redactArguments(['bench', '--url', 'http://u:p@h/?token=x', '--token', 'abc', '--out', 'a b']),
      "bench --url http://h/?token=*** --token *** --out 'a b'".replace(
        'http://h/?token=***',
        "'http://h/?token=***'",
      ),
    );
    assert.equal(redactArguments(['--url=u:p@h', '--url', 'u:p@h']), '--url=h --url h');
  });

  test('names', () => {
    for (const name of ['token', 'apiKey', 'x-auth', 'JWT', 'sessionId', 'sig', 'AWS_SECRET']) {
      assert.ok(isSecretName(name), name);
    }
    for (const name of ['author', 'monkey', 'design', 'page', 'accept', 'content-type']) {
      assert.ok(!isSecretName(name), name);
    }
  });
});

describe('properties', () => {
  const fragment = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '://',
      '@',
      ':',
      '=',
      '?',
      '&',
      '"',
      "'",
      'token',
      'Bearer ',
      'authorization',
      '/',
      ';',
      ' ',
    ),
  );
  const text = fc.array(fragment, { maxLength: 20 }).map((parts) => parts.join(''));

  test('redacting twice changes nothing', () => {
    fc.assert(
      fc.property(text, (value) => {
        assert.equal(redactText(redactText(value)), redactText(value));
        assert.equal(redactUrl(redactUrl(value)), redactUrl(value));
      }),
      { numRuns: 2000 },
    );
  });

  const secret = fc.stringMatching(/^[A-Za-z0-9]{12,24}$/).map((middle) => `Zq${middle}`);
  const places: readonly ((value: string) => string)[] = [
    (value) => `http://user:${value}@host/path`,
    (value) => `https://host/?a=1&token=${value}&b=2`,
    (value) => `Authorization: Bearer ${value}`,
    (value) => `Cookie: session=${value}; a=b`,
    (value) => `api_key=${value}`,
    (value) => `{"password":"${value}"}`,
  ];

  test('a secret in a known place never comes through, whatever is around it', () => {
    fc.assert(
      fc.property(text, secret, text, fc.constantFrom(...places), (before, value, after, place) => {
        const shown = redactText(
          `${before.replaceAll(value, '')} ${place(value)} ${after.replaceAll(value, '')}`,
        );
        assert.ok(!shown.includes(value), shown);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('secrets that are known', () => {
  test('are hidden wherever they occur, whatever stands around them', () => {
    rememberUrlSecrets('https://me:p%40ssw0rd-1@host/v1?api_key=k9k9k9k9&page=2345678');
    rememberHeaderSecret('Authorization', 'Bearer abc123def456');
    rememberHeaderSecret('authorization', `Basic ${Buffer.from('you:hunter2hunter2').toString('base64')}`);
    rememberHeaderSecret('accept', 'application/json');
    const basic = Buffer.from('me:p@ssw0rd-1').toString('base64');
    assert.equal(
      redactText(`no p@ssw0rd-1, p%40ssw0rd-1, ${basic}, k9k9k9k9, abc123def456 or hunter2hunter2 here`),
      'no ***, ***, ***, ***, *** or *** here',
    );
    assert.equal(redactText('page 2345678 of application/json'), 'page 2345678 of application/json');
    assert.equal(redactUrl('https://host/p@ssw0rd-1'), 'https://host/***');
  });

  test('are each cookie, and fields of a body that is JSON or a form', () => {
    rememberHeaderSecret('Cookie', 'theme=x; sid=c00kie-one; other="c00kie two"');
    rememberBodySecrets('{"user":"somebody","deep":[{"password":"b0dy-one"}],"token":123456}');
    rememberBodySecrets('user=somebody&client_secret=b0dy%2Dtwo');
    rememberBodySecrets('{"password":');
    assert.equal(
      redactText('somebody has c00kie-one, c00kie two, b0dy-one and b0dy-two'),
      'somebody has ***, ***, *** and ***',
    );
  });

  test('are variables of the environment that are called so, and say something', () => {
    rememberEnvironmentSecrets({
      SHOP_TOKEN: 'env-one-1',
      DB_PASSWORD: 'env-two-2',
      DESKTOP_SESSION: 'env-three-3',
      TOKEN_FILE: '/run/token-file',
      SECRET_URL: 'https://vault.example/v1',
      USE_TOKENS: 'true',
      API_KEY: undefined,
    });
    assert.equal(
      redactText('env-one-1 env-two-2 env-three-3 /run/token-file vault.example true'),
      '*** *** env-three-3 /run/token-file vault.example true',
    );
  });

  test('are the passwords of URLs in the environment, if they are no words', () => {
    rememberEnvironmentSecrets({
      DATABASE_URL: 'postgres://app:db-7Qz-pass@db.example/app',
      AMQP: 'amqp://guest:guestguest@mq.example',
      BROKEN: '://not a URL',
    });
    assert.equal(redactText('db-7Qz-pass guestguest'), '*** guestguest');
  });

  test('are hidden as JSON and URLs have them, and all of them where they overlap', () => {
    rememberHeaderSecret('x-auth', 'a"b+c/d=7Qz');
    assert.equal(redactText(JSON.stringify({ x: 'a"b+c/d=7Qz' })), '{"x":"***"}');
    assert.equal(redactText(`/x?y=${encodeURIComponent('a"b+c/d=7Qz')}`), '/x?y=***');
    rememberUrlSecrets('/?token=Zq-one-two&key=one-two-three&sig=two');
    assert.equal(redactText('say Zq-one-two-three'), 'say ***');
    assert.equal(redactText('say Zq-one-twoZq-one-two'), 'say ***');
  });

  test('are all the tokens of a test with thousands of users', () => {
    const token = (user: number) => `user-token-${(user * 7919).toString(36).padStart(8, 'q')}`;
    for (let user = 0; user < 20_000; user++) rememberHeaderSecret('authorization', `Bearer ${token(user)}`);
    assert.equal(redactText(`neither ${token(0)} nor ${token(19_999)}`), 'neither *** nor ***');
  });

  test('are the same for every copy of Threadmill in a thread', async () => {
    const copy = new URL('../../../dist/src/core/redaction.js', import.meta.url).href;
    const { rememberUrlSecrets: remember } = (await import(copy)) as {
      rememberUrlSecrets(url: string): void;
    };
    remember('/?token=of-another-copy-7Qz');
    assert.equal(redactText('not with of-another-copy-7Qz'), 'not with ***');
  });

  test('are not words that are no password: they would be hidden in ordinary text', () => {
    rememberUrlSecrets('/?key=products&token=disabled&password=hippopotamus');
    rememberHeaderSecret('Cookie', 'lang=English; theme=midnight');
    assert.equal(
      redactText('products are disabled for English at midnight; no hippopotamus'),
      'products are disabled for English at midnight; no ***',
    );
  });

  test('too short a one is left: it would be found in ordinary words', () => {
    rememberUrlSecrets('http://me:test@host');
    assert.equal(redactText('the test failed'), 'the test failed');
  });
});
