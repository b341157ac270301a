import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadWorkload } from '../../../src/workload/load.ts';
import { WorkloadError } from '../../../src/workload/workload.ts';
import { PLAIN_SETTINGS } from '../../support/spec-defaults.ts';

const settings = { ...PLAIN_SETTINGS, baseUrl: 'http://example.test', jobs: 5 };

/** A module that exports a workload made by hand, branded as another copy of the package would. */
const WORKLOAD = `
  const workload = (name) =>
    Object.defineProperty({ name, itemCount: 1 }, Symbol.for('threadmill.workload.v1'), { value: true });
`;
const load = (code: string) =>
  loadWorkload(`data:text/javascript,${encodeURIComponent(WORKLOAD + code)}`, settings);

test('a workload, a function of the settings, and an asynchronous one', async () => {
  assert.equal((await load(`export default workload('plain');`)).name, 'plain');
  assert.equal((await load(`export default (s) => workload('jobs ' + s.jobs);`)).name, 'jobs 5');
  assert.equal((await load(`export default async (s) => workload(s.baseUrl);`)).name, 'http://example.test');
});

test('the shapes in which CommonJS arrives: exports as the default, perhaps with a default within', async () => {
  assert.equal((await load(`export default { default: workload('nested') };`)).name, 'nested');
  assert.equal(
    (await load(`export default { __esModule: true, default: () => workload('made') };`)).name,
    'made',
  );
});

test('anything else is refused with what it is', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['export const workload2 = 1;', /no default export/],
    ['export default undefined;', /no default export/],
    ['export default null;', /default export is null, not a workload/],
    ['export default { a: 1, b: 2 };', /default export is an object with a, b, not a workload/],
    ['export default {};', /an object with no keys/],
    ['export default [workload("x")];', /an array/],
    ['export default 5;', /a number \(5\)/],
    ['export default () => {};', /the function it exports returned nothing/],
    ['export default async () => null;', /the function it exports returned null/],
    ['export default () => () => workload("x");', /returned a function/],
  ];
  for (const [code, message] of cases) {
    await assert.rejects(
      load(code),
      (thrown) => thrown instanceof WorkloadError && message.test(thrown.message),
      code,
    );
  }
});

test('what the module or its function throws passes through as it is', async () => {
  await assert.rejects(load(`throw new RangeError('at load');`), { name: 'RangeError', message: 'at load' });
  await assert.rejects(load(`export default () => { throw new RangeError('in it'); };`), {
    message: 'in it',
  });
});
