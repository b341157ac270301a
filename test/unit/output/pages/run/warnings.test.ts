import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WARNINGS } from '../../../../../src/core/warnings.ts';
import { renderRunPage } from '../../../../../src/output/pages/run/page.ts';
import { runView } from '../../../../../src/output/view/run.ts';
import { profiled, record } from '../../../../fixtures/runs/records.ts';
import { traced } from '../../../../fixtures/runs/traces.ts';

describe('on the page', () => {
  const warnings = [...Object.keys(WARNINGS), 'of-another-version'].map((code) => ({
    code,
    message: `Message of ${code}`,
    advice: `advice on ${code}`,
    variant: null,
  }));
  const partOf = (page: string, id: string) =>
    new RegExp(`<(header|section) id="${id}"[\\s\\S]*?</\\1>`).exec(page)?.[0] ?? '';

  for (const [name, run] of [
    ['of a whole run', { ...profiled({ warnings }), variants: traced(record().variants) }],
    ['of one without a traced pass, rows or profiles', record({ warnings })],
  ] as const) {
    const page = renderRunPage(runView(run, []));

    test(`${name}: each stands in its section with its advice, and once more in the list, linked`, () => {
      for (const [code, { place }] of Object.entries(WARNINGS)) {
        if (place === null) continue;
        assert.match(
          partOf(page, place),
          new RegExp(`Message of ${code} <code[\\s\\S]*?advice on ${code}<`),
          code,
        );
        assert.equal(page.split(`<p>Message of ${code} `).length, 3, code);
        assert.match(partOf(page, 'warnings'), new RegExp(`Message of ${code} <a href="#${place}">`));
      }
    });

    test(`${name}: one that nobody knows the place of is in the list, with its advice`, () => {
      assert.match(
        partOf(page, 'warnings'),
        /Message of of-another-version<\/p><p class="advice">advice on of-another-version/,
      );
    });
  }

  test('what a banner says already is not said beside it', () => {
    const differing = { baseline: 'sequential' as const, compared: 120, mismatches: 3, examples: [] };
    const page = renderRunPage(runView(record({ warnings, equivalence: differing }), []));
    assert.match(partOf(page, 'verdict'), /<div class="banner bad" role="note">.*?\b3 of 120 /s);
    assert.doesNotMatch(partOf(page, 'why'), /Message of responses-differ/);
    assert.match(partOf(page, 'why'), /Message of too-few-rounds/);
  });
});
