import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { VERDICT_CODES } from '../../src/core/documents/recording.ts';
import { PROGRAMS, recordProgram } from '../support/recordings.ts';

/** Where the verdict names a place: the function that the program was written to have it in. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  'main-saturated': 'burn',
  'cpu-bound': 'burn',
  'blocked-by-sync-io': 'callOut',
  'messages-too-large': 'sendRows',
};

describe('record: a real program for each verdict', () => {
  for (const wanted of VERDICT_CODES) {
    if (wanted === 'nothing-recorded') continue;
    test(`a program that is ${wanted}: the verdict has that code, and the function that is to blame`, async (t) => {
      const argv = ['--', 'node', join(PROGRAMS, 'verdicts.mjs'), wanted];
      const { code, recording, run } = await recordProgram(t, argv);
      assert.equal(code, 0, run.stderr);
      const verdictOf = (each: string) => recording.verdicts.find((verdict) => verdict.code === each);
      const found = verdictOf(wanted);
      if (found === undefined && verdictOf('waiting-for-cpu') !== undefined) return t.skip('no CPU was free');
      assert.ok(found !== undefined, JSON.stringify(recording.verdicts));
      for (const { evidence } of recording.verdicts) {
        const shares = Object.entries(evidence).filter(([key]) => key.endsWith('Share'));
        assert.ok(
          shares.every(([, share]) => share >= 0 && share <= 1),
          JSON.stringify(evidence),
        );
      }
      const name = FUNCTIONS[wanted];
      if (name === undefined) return;
      assert.equal(found.function?.name, name);
      assert.match(found.function.file ?? '', /verdicts\.mjs$/);
      assert.ok(found.function.line! > 0);
    });
  }
});
