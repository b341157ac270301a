import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ThreadmillError } from '../../../src/errors.ts';
import { renderRun } from '../../../src/report/render-run.ts';

/** Ten ms on the main thread: idle for 6, then parseOrders (orders.ts:12) for 4. */
const TINY = fileURLToPath(new URL('../../fixtures/runs/tiny/', import.meta.url));

describe('the report of a run folder', () => {
  let copy = '';

  before(async () => {
    copy = join(await mkdtemp(join(tmpdir(), 'threadmill-report-')), 'run');
    await cp(TINY, copy, { recursive: true });
  });
  after(() => rm(join(copy, '..'), { recursive: true, force: true }));

  test('the same folder gives the same bytes, wherever it lies', async () => {
    const html = await renderRun(TINY);
    assert.equal(await renderRun(copy), html);
    assert.match(html, /^<!doctype html>/);
    assert.match(html, /parseOrders<small>orders\.ts:12<\/small><\/th>\s*<td>4\.00 ms<\/td>/);
    assert.match(html, /40\.0% busy over 1 thread/);
  });

  test('a broken profile is a warning, not the end', async () => {
    const broken = join(copy, 'event-loop/threads/worker-1.cpuprofile');
    await writeFile(broken, '{"nodes": [');
    const html = await renderRun(copy);
    assert.match(html, /event-loop\/threads\/worker-1\.cpuprofile cannot be read/);
    assert.match(html, /profile-unreadable/);
    assert.match(html, /parseOrders/);
    await rm(broken);
  });

  test('a folder without a run, and a run of another version, are refused with advice', async () => {
    const isUnreadable = (error: unknown): boolean =>
      error instanceof ThreadmillError && error.code === 'run-unreadable' && error.advice !== undefined;
    await assert.rejects(renderRun(join(copy, 'nowhere')), isUnreadable);
    await writeFile(join(copy, 'run.json'), '{"schemaVersion": 99}');
    await assert.rejects(renderRun(copy), isUnreadable);
  });
});
