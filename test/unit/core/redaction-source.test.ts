import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { redactSourceLine } from '../../../src/core/redaction.ts';

test('what looks like a secret is hidden', () => {
  for (const line of [
    `const password = 'hunter2hunter2';`,
    `  headers: { authorization: 'Bearer hunter2hunter2' },`,
    `const url = 'https://me:hunter2hunter2@example.org/';`,
    `fetch(\`/users?token=hunter2hunter2\`)`,
    `if (password === 'hunter2hunter2') return;`,
    `const token = process.env.TOKEN ?? 'hunter2hunter2';`,
    `apiKey: "hunter2hunter2",`,
    `const apiToken = await login('me', { password: 'hunter2hunter2' });`,
    'password=hunter2hunter2',
  ]) {
    assert.ok(!redactSourceLine(line).includes('hunter2hunter2'), redactSourceLine(line));
  }
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc';
  assert.ok(!redactSourceLine(`const tokens = parse('${token}');`).includes(token));
});

test('code that only speaks of tokens stays as it is', () => {
  for (const line of [
    'let token = lexer.next();',
    'const tokens = text.split(" ");',
    'const token = tokens[i];',
    'function read(token: string, session: Session): void {',
    `if (token.type === '(') depth += 1;`,
    'if (token === end) return;',
    'tokens.map((token) => token.length)',
    'const session = await open(url);',
    'this.token = this.next;',
    'const sum = a + b;',
  ]) {
    assert.equal(redactSourceLine(line), line);
  }
});

test('a secret between quotes never stays, whatever stands around it', () => {
  const code = fc.constantFrom('const ', '  ', 'if (x === y) ', 'f(token = next(), ', 'read(a: string, ');
  const name = fc.constantFrom('password', 'apiKey', 'token', 'client_secret', 'sessionId');
  const between = fc.constantFrom(' = ', ': ', '=', ' === ', ' == ');
  const secret = fc.stringMatching(/^[a-zA-Z0-9]{8,20}$/);
  fc.assert(
    fc.property(
      code,
      name,
      between,
      secret,
      fc.constantFrom("'", '"'),
      (before, named, sep, value, quote) => {
        const shown = redactSourceLine(`${before}${named}${sep}${quote}${value}${quote});`);
        assert.ok(!shown.includes(`${quote}${value}${quote}`), shown);
      },
    ),
  );
});
