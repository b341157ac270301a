import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { redactSourceLine, redactStart, redactText, redactUrl } from '../../../src/core/redaction.ts';
import { excerptParts } from '../../../src/orchestrator/captures/saved-sources.ts';
import { assertLinear } from '../../support/linear-time.ts';
import { secretSamples } from '../../support/secret-samples.ts';

/** What may be around a secret. */
const AROUND: readonly (readonly [string, (text: string) => string])[] = [
  ['alone', (text) => text],
  ['in a sentence', (text) => `the server said: ${text}, and closed`],
  ['after a name', (text) => `note=${text}`],
  ['in JSON', (text) => JSON.stringify({ note: text, n: 1 })],
  ['in JSON, on a later line', (text) => JSON.stringify({ note: `one\n${text}\ttwo` })],
  ['in JSON in JSON', (text) => JSON.stringify({ body: JSON.stringify({ note: text }) })],
  ['in a form', (text) => `x=1&note=${encodeURI(text)}`],
  ['in parentheses', (text) => `Error (${text})`],
  ['on a line of its own', (text) => `one\n${text}\ntwo`],
];

describe('redactText: a secret is hidden by its looks', () => {
  for (const { kind, text, secret } of secretSamples('unit')) {
    test(`${kind}, whatever is around it`, () => {
      for (const [where, around] of AROUND) {
        const shown = redactText(around(text));
        for (const piece of secret) assert.ok(!shown.includes(piece), `${where}: ${shown}`);
        assert.equal(redactText(shown), shown, where);
      }
    });
  }

  test('within a URL, after a percent-encoded character', () => {
    for (const { kind, text, secret } of secretSamples('query')) {
      if (!/^[\w.-]+$/.test(text)) continue;
      for (const url of [`/a?next=%2Fb%3Fc%3D${text}`, `https://host/a?b=${text}&c=1`, `/a/${text}/b`]) {
        assert.ok(!redactUrl(url).includes(secret[0]!), `${kind}: ${redactUrl(url)}`);
      }
    }
  });

  test('in a line of source, as a literal or in a comment', () => {
    for (const { kind, text, secret } of secretSamples('source')) {
      if (kind === 'private key') continue;
      for (const line of [`const note = ${JSON.stringify(text)};`, `fetch(x); // ${text}`]) {
        const shown = redactSourceLine(line);
        for (const piece of secret) assert.ok(!shown.includes(piece), `${kind}: ${shown}`);
      }
    }
  });

  test('a private key over several lines of source: the lines around it keep their places', () => {
    const { text, secret } = secretSamples('excerpt').find(({ kind }) => kind === 'private key')!;
    const lines = text.split('\n');
    const literals = lines.map((line) => `  '${line}\\n' +`);
    for (const source of [lines, literals]) {
      const whole = ['before();', ...source, "  '';", 'after();'].join('\n');
      const [part] = excerptParts(whole, [{ first: 1, last: 99 }]);
      assert.equal(part!.lines.length, source.length + 3);
      assert.deepEqual([part!.lines[0], part!.lines.at(-1)], ['before();', 'after();']);
      // An excerpt may begin in the middle of it.
      const [middle] = excerptParts(whole, [{ first: 3, last: 4 }]);
      for (const piece of secret) {
        assert.ok(![...part!.lines, ...middle!.lines].join('\n').includes(piece), piece);
      }
    }
  });

  test('of a long text only the beginning is looked at, and nothing is half shown where that ends', () => {
    for (const { kind, text, secret } of secretSamples('cut')) {
      for (const before of [480, 10_480, 10_490, 10_499]) {
        // What is hidden before it moves the end of what was looked at into what is shown.
        for (const filling of ['x ', `password=${'p'.repeat(400)} `]) {
          const start = filling.repeat(before).slice(0, before - 1);
          const shown = redactStart(`${start} ${text} ${'y'.repeat(20_000)}`, 500);
          assert.ok(shown.length <= 500);
          for (const piece of secret) assert.ok(!shown.includes(piece.slice(0, 12)), `${kind}: ${shown}`);
        }
      }
    }
    assert.equal(redactStart('x'.repeat(30_000), 500), 'x'.repeat(500));
    assert.equal(redactStart('short', 500), 'short');
  });
});

describe('ordinary text stays as it is', () => {
  const ordinary = [
    'Basic authentication failed',
    'basic understanding of a bearer token',
    'the bearer of this token is unknown',
    'Bearer authentication is required',
    'WWW-Authenticate: Basic realm="staff"',
    'use basic auth, or a bearer token.',
    'digest differs: 9e107d9d372bb6826bd81d3542a419d6',
    'Unexpected token } in JSON at position 5',
    'Unexpected token \'<\', "<!doctype "... is not valid JSON',
    "SyntaxError: Unexpected token: '}'",
    'token: expired',
    'session: closed',
    'Error: invalid session: timeout.',
    'max_tokens: 128000',
    'tokens=512, sessions: 3',
    '{"passwordRequired":true,"token":null,"password":"required"}',
    'the password: must be longer',
    'code: ECONNRESET',
    'key: name, keyboard: x, monkey=1, author: me, pass: 3, compass=1',
    'statusCode: 500, errno: -111, syscall: connect',
    'at parse (/home/me/app/token.ts:12:3)',
    'at Session.open (file:///home/me/app/session.js:120:33)',
    'v8::internal::Token::Value(int)',
    'task-runner-2-with-a-very-long-name-that-goes-on',
    'risk-assessment-of-a-rather-long-kind-2024',
    'sk-learn-is-a-library-of-python',
    'ghp_short, npm_config_registry, hf_hub_download, pypi-publish, AIzaShort',
    'npm_package_devDependencies_typescript',
    'ASIAPACIFIC and AKIASOMETHING',
    'https://example.org/a/b?page=2&sort=name#top',
    'git@github.com:me/project.git',
    'mail me@example.org',
    'C:\\Users\\me\\project\\src',
    '2026-01-02T03:04:05.678Z',
    '550e8400-e29b-41d4-a716-446655440000',
    'sha256-9e107d9d372bb6826bd81d3542a419d6',
    "if (pem.startsWith('-----BEGIN PRIVATE KEY-----')) return parse(pem);",
    '-----BEGIN CERTIFICATE----- is public',
    'threadmill bench --jobs 50 --out profiles',
    'GET https://registry.npmjs.org/@scope/package failed: 404',
  ];
  for (const text of ordinary) test(text, () => assert.equal(redactText(text), text));

  test('code that only speaks of secrets', () => {
    for (const line of [
      'const session = customSession || sessionCache.get(sessionKey) || null',
      "credentials: init.credentials ?? 'same-origin',",
      "if (typeof request.key === 'number') {",
      "  cookieAttributeList.sameSite = 'Strict'",
      'password: options.password || password,',
      'NO_AUTH: 0x00,',
      'const buildKey = nextBuildKey++;',
      "const kProxyAuth = Symbol('proxy auth')",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of source
      "this[kProxyHeaders]['proxy-authorization'] = `Basic ${opts.auth}`",
      'module.exports.setCookie = setCookie',
      'const [token, setToken] = useState<string | null>(null);',
      'keyOf: (frame: FlameFrame) => string | null,',
      'export const SECRET_NAMES = /token|secret/i;',
    ]) {
      assert.equal(redactSourceLine(line), line);
    }
  });
});

describe('linear time', () => {
  const pieces = [
    ...[
      '://',
      ':a',
      '://:a',
      ':a@',
      '@',
      'a:b@c',
      'a',
      ' ',
      '=',
      ':',
      '"',
      "'",
      '`',
      '\\',
      '\\"',
      '/',
      '.',
      '-',
      '&a=',
    ],
    ...[
      'token=',
      'token="',
      'token:\\"',
      'token:["',
      'tokens:1',
      'password: ',
      '--token ',
      '--token',
      "x='",
      'cookie: ',
    ],
    ...[
      'bearer ',
      'basic a',
      'Digest username=',
      'Negotiate ',
      'eyJ',
      'eyJaaaaaaa.',
      'SG.',
      'sk-',
      'ghp_',
      'ghs_a.',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY-----\n',
      '-----END ',
      'Proc-Type: a\n',
      'A-a: ',
    ],
    ...[
      'hooks.slack.com/services/',
      '$',
      '{a}',
      'token=>',
      '1:AA',
      '%20',
      '%22',
      '%22token%22:%22',
      '\\n',
      '\n',
      'key',
      'aB',
    ],
  ];

  test('of the texts that took cubic time, and of others like them', () => {
    const worst = `${'://'.repeat(40)}${':a'.repeat(40)}`;
    for (const unit of [worst, ...pieces]) {
      assertLinear('redactText', redactText, unit);
      assertLinear('redactSourceLine', redactSourceLine, unit);
    }
    assertLinear('redactUrl', redactUrl, worst);
  });

  test('of whatever is repeated', () => {
    const unit = fc
      .array(fc.constantFrom(...pieces), { minLength: 2, maxLength: 5 })
      .map((some) => some.join(''));
    fc.assert(
      fc.property(unit, (text) => {
        assertLinear('redactText', redactText, text);
        assertLinear('redactSourceLine', redactSourceLine, text);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  test('a value of 20 MB is hidden: no recursion could end', () => {
    assert.equal(redactText(`password="${'a'.repeat(20_000_000)}`), 'password="***"');
  });
});
