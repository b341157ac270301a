import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exportText, fileNamePart } from '../../../../src/output/export/text.ts';
import { foldedName, frameLabel } from '../../../../src/profile/folded-name.ts';

test('names lose credentials, and are not endless', () => {
  assert.equal(exportText('GET https://ann:secret@host/a?token=abc'), 'GET https://host/a?token=***');
  assert.equal(exportText('<img onerror=alert(1)>'), '<img onerror=alert(1)>', 'markup is only data');
  assert.equal(exportText('x'.repeat(5_000)).length, 1_000);
  assert.equal(exportText('file:///srv/node_modules/a@1.0.0/b.js'), 'file:///srv/node_modules/a@1.0.0/b.js');
});

test('one line without control characters', () => {
  assert.equal(foldedName(' a\n\tb\u2028c\u0000d\u001b[31m '), 'a b c d [31m');
  // `;` would begin another frame, a number at the end would be the value.
  assert.equal(foldedName('a;b 12'), 'a:b_12');
  const place = { column: 1, category: 'user', package: null } as const;
  assert.equal(
    frameLabel({ name: 'load', file: 'src/jobs.ts', line: 12, ...place }),
    'load (src/jobs.ts:12)',
  );
});

test('parts of file names stay in their folder, whatever they are made of', () => {
  assert.equal(fileNamePart('../../etc/passwd'), 'etc-passwd');
  assert.equal(fileNamePart('..'), 'run');
  assert.equal(fileNamePart('20261122T091700Z-x7k2'), '20261122T091700Z-x7k2');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.match(fileNamePart(text), /^[\w+][\w.+-]{0,119}$/);
    }),
  );
});
