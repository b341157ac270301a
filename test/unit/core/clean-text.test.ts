import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanText, clip } from '../../../src/core/clean-text.ts';
import { assertLinear } from '../../support/linear-time.ts';

test('terminal sequences are taken out whole', () => {
  assert.equal(cleanText('a\u001b[31mred\u001b[0m b'), 'ared b');
  assert.equal(cleanText('x\u001b]0;title\u0007y'), 'xy');
  assert.equal(cleanText('x\u001b]8;;http://example.test\u001b\\link\u001b]8;;\u001b\\'), 'xlink');
  assert.equal(cleanText('\u009b2Jgone'), 'gone');
});

test('line breaks become one space, other controls nothing', () => {
  assert.equal(cleanText('one\r\n\ttwo\u2028three\u0000\u0008'), 'one two three');
});

test('direction overrides and characters without width go', () => {
  assert.equal(cleanText('user\u202egnp.exe\u200b'), 'usergnp.exe');
});

test('credentials in a URL go, also with an @ in them', () => {
  assert.equal(cleanText('GET https://me:p@ss@api.test/x?y=1'), 'GET https://api.test/x?y=1');
});

test('long text is cut with an ellipsis, never within a character', () => {
  assert.equal(clip('abcdef', 4), 'abc…');
  assert.equal(clip('😀😀😀', 3), '😀😀…');
});

test('takes linear time, whatever comes in', () => {
  for (const unit of [' ', ' \n', '\u001b', '\u001b]', '\u009b;', '://', '@'])
    assertLinear('cleanText', cleanText, unit);
});

test('whatever comes in, no control character comes out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
      assert.doesNotMatch(cleanText(text), /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    }),
  );
});
