import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { PageFile } from '../../../../src/core/export-formats.ts';
import { PAGE_ROOM, type PageRoom, pageFiles } from '../../../../src/output/export/page-files.ts';
import { EXPORTERS } from '../../../../src/output/export/registry.ts';
import { RunSource } from '../../../../src/output/export/run-source.ts';
import { unpackBytes } from '../../../../src/profile/timeline/codec/unpack.ts';
import type { RunFolder } from '../../../../src/store/run-folder.ts';
import { exported, type TestProfile, writeRun } from '../../../support/export-run.ts';

const PROFILE: TestProfile = { thread: 0, calls: [{ name: 'f' }], samples: [[1_000, 2]], endUs: 1_010 };
const job = { start: 0, end: 5e6 };
const RUN = {
  profiles: {
    sequential: [PROFILE],
    'event-loop': [PROFILE],
    'worker-pool': [PROFILE, { ...PROFILE, thread: 1 }],
  },
  rounds: {
    sequential: [[job, job]],
    'event-loop': [
      [job, job],
      [job, job],
    ],
  },
  traced: { sequential: [job, job] },
} as const;

const named = (files: readonly PageFile[]) => new Map(files.map((file) => [file.fileName, file.content]));
const left = (files: readonly PageFile[]) =>
  files.flatMap(({ fileName, content }) =>
    'left' in content ? [[fileName.split('.').slice(1).join('.'), content.left]] : [],
  );
const filesOf = (folder: RunFolder, room: Partial<PageRoom> = {}) =>
  folder.readRecord().then((record) => pageFiles(folder, record, { ...PAGE_ROOM, ...room }));

test('every file that the command makes, with its very bytes, and every pair of variants', async (t) => {
  const folder = await writeRun(t, RUN);
  const files = await filesOf(folder);
  assert.deepEqual(left(files), []);
  const contents = named(files);
  assert.equal(contents.size, files.length, 'no name twice');
  const source = await RunSource.open(folder);
  const pairs = [
    ['sequential', 'event-loop'],
    ['sequential', 'worker-pool'],
    ['event-loop', 'worker-pool'],
  ] as const;
  let compared = 0;
  for (const exporter of EXPORTERS) {
    // The run has neither.
    if (exporter.needs === 'allocations' || exporter.needs === 'profiled') continue;
    for (const variants of exporter.scope === 'pair' ? pairs : [null]) {
      for (const [name, bytes] of await exported(source, exporter, { variants })) {
        const content = contents.get(name);
        assert.ok(content !== undefined && 'data' in content, name);
        assert.deepEqual(Buffer.from(await unpackBytes(content)), bytes, name);
        compared += 1;
      }
    }
  }
  assert.equal(compared, files.length);
  assert.deepEqual(await filesOf(folder), files, 'the same again');
});

test('with little room the smallest are there, and the others say how large they are', async (t) => {
  const folder = await writeRun(t, RUN);
  const sizes = (await filesOf(folder))
    .map(({ content }) => ('data' in content ? content.data.length : 0))
    .sort((a, b) => a - b);
  const characters = sizes[0]! + sizes[1]! + sizes[2]!;
  const few = await filesOf(folder, { characters });
  const there = few.filter(({ content }) => 'data' in content);
  assert.equal(there.length, 3);
  assert.ok(
    few.every(
      ({ content }) =>
        'data' in content || (content.left === 'large' && content.bytes > 0 && !content.andMore),
    ),
  );
  assert.deepEqual(
    there.map(({ content }) => ('data' in content ? content.data.length : 0)).sort((a, b) => a - b),
    sizes.slice(0, 3),
  );
});

test('of a large file no more is made than is held, and nothing that takes too much reading', async (t) => {
  const folder = await writeRun(t, RUN);
  const cut = (await filesOf(folder, { fileBytes: 1_000 })).find(({ format }) => format === 'otlp')?.content;
  assert.ok(cut !== undefined && 'left' in cut && cut.left === 'large' && cut.andMore && cut.bytes > 1_000);

  const unread = await filesOf(folder, { readBytes: 0 });
  assert.deepEqual(
    unread.filter(({ content }) => 'data' in content).map(({ format }) => format),
    ['csv-trials'],
    'trials are in the record',
  );
  const csv = unread.find(({ format }) => format === 'csv-jobs')?.content;
  // Three trials of two rows of 33 bytes.
  assert.deepEqual(csv, { left: 'much-to-read', bytes: 3 * 2 * 33, andMore: false });
});

test('a profile that is damaged costs the files that are made of it, and no others', async (t) => {
  const folder = await writeRun(t, RUN);
  await writeFile(folder.path('worker-pool', 'threads', 'thread-1.cpuprofile'), '{"nodes": [');
  const files = await filesOf(folder);
  const kinds = left(files);
  assert.ok(kinds.every(([, kind]) => kind === 'unreadable'));
  assert.deepEqual(
    kinds.map(([name]) => name),
    [
      ...[
        'worker-pool.thread-1.cpuprofile',
        'worker-pool.cpuprofile',
        'speedscope.json',
        'trace.json',
        'pb.gz',
      ],
      ...['worker-pool.folded.txt', 'sequential-vs-worker-pool.folded-diff.txt'],
      'event-loop-vs-worker-pool.folded-diff.txt',
    ],
  );
});

test('rows that are gone cost their formats, and not the page', async (t) => {
  const folder = await writeRun(t, { rounds: RUN.rounds });
  await rm(folder.path('jobs', 'event-loop.bin'));
  const files = await filesOf(folder);
  assert.deepEqual(
    files.map(({ format, content }) => [format, 'left' in content ? content.left : 'there']),
    [
      ['chrome-trace', 'there'],
      ['csv-trials', 'there'],
      ['csv-jobs', 'unreadable'],
      ['otlp', 'unreadable'],
    ],
  );
});

test('a run that was cut off before anything was measured has no files', async (t) => {
  const folder = await writeRun(t, { rounds: { sequential: [] } });
  assert.deepEqual(await filesOf(folder), []);
});
