import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { flag, oneOf, text } from '../../../../src/web/state/codecs.ts';
import { formatHash, parseHash } from '../../../../src/web/state/hash.ts';

describe('the hash of the page', () => {
  test('an anchor, entries, or both', () => {
    const read = (hash: string) => {
      const { anchor, entries } = parseHash(hash);
      return [anchor, Object.fromEntries(entries)];
    };
    assert.deepEqual(read(''), [null, {}]);
    assert.deepEqual(read('#summary'), ['summary', {}]);
    assert.deepEqual(read('#flame.event-loop.thread=1'), [null, { 'flame.event-loop.thread': '1' }]);
    assert.deepEqual(read('#summary&flame.x.search=a%26b%3Dc&flame.x.idle=1'), [
      'summary',
      { 'flame.x.search': 'a&b=c', 'flame.x.idle': '1' },
    ]);
  });

  test('people can read it', () => {
    const entries = new Map([
      ['timeline.x.range', '1.5,20'],
      ['flame.x.search', 'node:fs/promises x'],
    ]);
    assert.equal(
      formatHash({ anchor: 'timelines', entries }),
      '#timelines&timeline.x.range=1.5,20&flame.x.search=node:fs/promises%20x',
    );
    assert.equal(formatHash({ anchor: null, entries: new Map() }), '');
  });

  test('what is formatted is read again', () => {
    const key = fc.stringMatching(/^[\w.-]{1,40}$/);
    const value = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(
        fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })),
        fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 8 }),
        (anchor, entries) => {
          const hash = { anchor, entries: new Map(entries) };
          assert.deepEqual(parseHash(formatHash(hash)), hash);
        },
      ),
    );
  });

  test('half a surrogate pair does not stop it', () => {
    const entries = new Map([['a', 'x\ud800']]);
    assert.equal(parseHash(formatHash({ anchor: null, entries })).entries.get('a'), 'x\ufffd');
  });

  test('whatever is in a link, nothing is thrown and all of it is bounded', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.constantFrom('&', '=', '%', '#', '%E0%A4', '__proto__', 'a.b', 'x'), { maxLength: 60 })
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(hostile, (hash) => {
        const { entries } = parseHash(hash);
        for (const key of entries.keys()) assert.match(key, /^[\w.-]{1,100}$/);
      }),
    );
    assert.equal(parseHash(`#a=${'x'.repeat(10_000)}`).entries.size, 0);
    assert.equal(parseHash(`#a=${'x'.repeat(2_001)}`).entries.size, 0);
    const many = Array.from({ length: 900 }, (_, i) => `k${i}=1`).join('&');
    assert.equal(parseHash(`#${many}`).entries.size, 100);
    assert.equal(
      Object.getPrototypeOf(Object.fromEntries(parseHash('#__proto__=x').entries)),
      Object.prototype,
    );
  });

  test('values that are none are null', () => {
    assert.deepEqual([flag.decode('1'), flag.decode('0'), flag.decode('true')], [true, false, null]);
    const direction = oneOf(['up', 'down']);
    assert.deepEqual([direction.decode('up'), direction.decode('constructor')], ['up', null]);
    assert.equal(text(3).decode('abcdef'), 'abc');
  });

  test('what a codec writes, it reads', () => {
    for (const value of [true, false]) assert.equal(flag.decode(flag.encode(value)), value);
    fc.assert(
      fc.property(fc.string(), (value) => {
        const codec = text(10);
        assert.equal(codec.decode(codec.encode(value)), value.slice(0, 10));
      }),
    );
  });
});
