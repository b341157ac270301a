import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT, messageOf, ThreadmillError, toErrorData } from '../../../src/core/errors.ts';

test('an error for a person: code, message, advice, exit code and cause', () => {
  const cause = new Error('inner');
  const error = new ThreadmillError('output-full', 'the disk is full', {
    advice: 'Free some.',
    exitCode: 5,
    cause,
  });
  assert.deepEqual(
    [error.name, error.code, error.message, error.advice, error.exitCode, error.cause],
    ['ThreadmillError', 'output-full', 'the disk is full', 'Free some.', 5, cause],
  );
  const plain = new ThreadmillError('usage', 'no');
  assert.deepEqual([plain.advice, plain.exitCode, 'cause' in plain], [undefined, EXIT.usage, false]);
});

test('crosses a border as data: a custom class would arrive as a plain Error without its code', () => {
  const error = new ThreadmillError('aborted', 'stopped', { advice: 'Again.' });
  const { stack, ...data } = structuredClone(toErrorData(error));
  assert.deepEqual(data, { code: 'aborted', message: 'stopped', advice: 'Again.' });
  assert.match(stack ?? '', /ThreadmillError: stopped|Error: stopped/);
  assert.equal(toErrorData(Object.assign(new Error('x'), { code: 'ENOSPC' })).code, 'ENOSPC');
  assert.equal(
    toErrorData(new DOMException('x', 'AbortError')).code,
    'threw',
    'a code that is a number is none',
  );
  assert.deepEqual(toErrorData(null), { code: 'threw', message: 'null' });
  assert.deepEqual(toErrorData('text'), { code: 'threw', message: 'text' });
});

test('anything thrown has a text', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const texts = [new Error('a'), new TypeError(''), 'b', undefined, { c: 1 }, cycle, 5].map(messageOf);
  assert.deepEqual(texts, ['a', 'TypeError', 'b', 'undefined', '{"c":1}', '[object Object]', '5']);
});
