import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ThreadmillError } from '../../../../../src/core/errors.ts';
import { OUTCOME_CODE } from '../../../../../src/core/outcomes.ts';
import { JobTable, ROW_BYTES } from '../../../../../src/engine/measurement/job-table.ts';
import { writeRows } from '../../../../../src/store/job-rows.ts';
import { record, variant } from '../../../../fixtures/runs/records.ts';
import { runPage } from '../../../../support/run-page.ts';

const RUN_PAGE = new URL('../../../../support/run-page.ts', import.meta.url).href;
/** Ten ms on the main thread: idle for 6, then parseOrders (orders.ts:12) for 4. */
const TINY = fileURLToPath(new URL('../../../../fixtures/runs/tiny/', import.meta.url));

const RUN = record({
  command: 'profile',
  variants: [variant('sequential'), variant('event-loop')],
  artifacts: [
    {
      variant: 'event-loop',
      capture: 'threads',
      title: 'CPU profiles, one per thread',
      path: 'event-loop/threads/main.cpuprofile',
      threads: 'all',
      loadMs: 10,
      repeats: 1,
      caveat: null,
    },
  ],
});

describe('the report of a run folder', () => {
  let copy = '';

  before(async () => {
    copy = join(await mkdtemp(join(tmpdir(), 'threadmill-report-')), 'run');
    await cp(TINY, copy, { recursive: true });
    await writeFile(join(copy, 'run.json'), JSON.stringify(RUN));
  });
  after(() => rm(join(copy, '..'), { recursive: true, force: true }));

  test('the same folder gives the same bytes, wherever it lies', async () => {
    const elsewhere = join(copy, '..', 'elsewhere');
    await cp(copy, elsewhere, { recursive: true });
    const html = await runPage(copy);
    assert.equal(await runPage(elsewhere), html);
    assert.match(html, /^<!doctype html>/);
    assert.match(html, /parseOrders<small>orders\.ts:12<\/small><\/th>\s*<td>4\.00 ms<\/td>/);
    assert.match(html, /40\.0% busy<\/small>/);
  });

  test('any process, on any day, in any time zone and language gives the same bytes', async () => {
    const folder = join(copy, '..', 'with-rows');
    await cp(copy, folder, { recursive: true });
    await mkdir(join(folder, 'jobs'));
    const jobs = 40;
    const table = new JobTable(jobs, new ArrayBuffer(jobs * ROW_BYTES));
    for (let job = 0; job < jobs; job++) {
      table.start[job] = 1e9;
      table.end[job] = 1e9 + (job + 1) * 1e6;
      table.outcome[job] = OUTCOME_CODE.ok;
    }
    writeRows({ file: join(folder, 'jobs/event-loop.bin'), trial: 0 }, table);
    const here = await runPage(folder);
    assert.match(here, /<section id="latencies"[\s\S]*<path class="line steps"/);
    const script = `
    const now = Date.parse('2031-02-28T23:59:59Z');
    globalThis.Date = class extends Date { constructor(...given) { super(...(given.length === 0 ? [now] : given)); } static now() { return now; } };
    const { runPage } = await import(${JSON.stringify(RUN_PAGE)});
    process.stdout.write(await runPage(${JSON.stringify(folder)}));`;
    for (const [zone, language] of [
      ['Pacific/Kiritimati', 'de_DE.UTF-8'],
      ['America/St_Johns', 'ar_EG.UTF-8'],
    ] as const) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', script],
        { env: { ...process.env, TZ: zone, LANG: language, LC_ALL: language }, maxBuffer: 64 * 1024 * 1024 },
      );
      assert.ok(stdout === here, zone);
    }
  });

  test('a broken profile is a warning, not the end', async () => {
    const broken = join(copy, 'event-loop/threads/worker-1.cpuprofile');
    await writeFile(broken, '{"nodes": [');
    const html = await runPage(copy);
    assert.match(html, /event-loop\/threads\/worker-1\.cpuprofile cannot be read/);
    assert.match(html, /profile-unreadable/);
    assert.match(html, /parseOrders/);
    await rm(broken);
  });

  test('a folder without a run, and a run of another version, are refused with advice', async () => {
    const isUnreadable = (error: unknown): boolean =>
      error instanceof ThreadmillError && error.code === 'run-unreadable' && error.advice !== undefined;
    await assert.rejects(runPage(join(copy, 'nowhere')), isUnreadable);
    await writeFile(join(copy, 'run.json'), '{"schemaVersion": 99}');
    await assert.rejects(runPage(copy), isUnreadable);
  });
});
