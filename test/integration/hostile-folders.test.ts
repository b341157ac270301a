import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { analyseSweep } from '../../src/analysis/sweep/analyse.ts';
import { type RunRecord, runRecordSchema } from '../../src/core/documents/run-record.ts';
import { type SweepRecord, sweepRecordSchema } from '../../src/core/documents/sweep-record.ts';
import { ThreadmillError } from '../../src/core/errors.ts';
import { createRandom } from '../../src/core/statistics/random.ts';
import { EXPORTERS } from '../../src/output/export/registry.ts';
import { RunSource } from '../../src/output/export/run-source.ts';
import { renderSweepPage } from '../../src/output/pages/sweep/page.ts';
import { sweepView } from '../../src/output/view/sweep.ts';
import type { RunFolder } from '../../src/store/run-folder.ts';
import { drawn } from '../support/drawn.ts';
import { exported } from '../support/export-run.ts';
import { runPage } from '../support/run-page.ts';
import { crossoverSweep } from '../support/sample-sweep.ts';
import { type WholeRun, writeWholeRun } from '../support/whole-run.ts';

/** Of this process, which makes the files as well. */
const MAX_MEMORY_KIB = 1024 * 1024;
/** Far more than any row takes on a crowded machine, and less than a hang. */
const HANG_MS = 600_000;

const TIMELINE = 'event-loop/threads/timeline/trace.bin';
const TIMELINE_JSON = 'event-loop/threads/timeline/trace.json';
const ROWS_FILE = 'jobs/event-loop.bin';
const PROFILE = 'event-loop/threads/thread-0.cpuprofile';

interface Hostile {
  readonly what: string;
  /** Changes these files, which are put back afterwards. */
  readonly files: readonly string[];
  change(folder: RunFolder, record: RunRecord): Promise<void>;
  /** The whole run is refused, with this message; or the page says this, and has all sections but those in `lost`. */
  readonly refused?: RegExp;
  readonly page?: RegExp;
  readonly lost?: readonly string[];
  /** Large files are exported in these formats only, which read them; others in all. */
  readonly formats?: readonly string[];
}

const HOSTILE: readonly Hostile[] = [
  ...[TIMELINE, ROWS_FILE].flatMap((file): Hostile[] => [
    {
      ...{ what: `${file} filled with 0xFF`, files: [file] },
      change: async (folder) => {
        const path = folder.path(file);
        await writeFile(path, (await readFile(path)).fill(0xff));
      },
      page: new RegExp(`Cannot read ${file}: in row 0 \\w+ is not a finite number`),
    },
    {
      ...{ what: `a double of 1e300 in ${file}`, files: [file] },
      change: async (folder) => {
        const path = folder.path(file);
        const bytes = await readFile(path);
        bytes.writeDoubleLE(1e300, 24);
        await writeFile(path, bytes);
      },
      page: new RegExp(`Cannot read ${file}: in row 3 \\w+ is 1e\\+300`),
    },
    {
      ...{ what: `random bytes in ${file}`, files: [file] },
      change: async (folder) => {
        const path = folder.path(file);
        const random = createRandom(1);
        const bytes = await readFile(path);
        await writeFile(
          path,
          bytes.map(() => Math.floor(random() * 256)),
        );
      },
      page: new RegExp(`Cannot read ${file}: in row \\d+`),
    },
  ]),
  inRecord('a round of 1e9', /variants\.0\.trials\.0\.round/, ({ variants }) => {
    variants[0]!.trials[0]!.round = 1e9;
  }),
  inRecord('a plan of 1e9 jobs', /spec\.jobs/, ({ spec }) => {
    spec.jobs = 1e9;
  }),
  {
    what: 'a sparse trace of 1e7 jobs',
    files: ['run.json', TIMELINE, 'jobs/event-loop.trace.bin', ROWS_FILE],
    change: async (folder, record) => {
      const jobs = 10_000_000;
      const spec = { ...record.spec, jobs, workload: { ...record.spec.workload, items: jobs } };
      await writeRecord(folder, { ...record, spec });
      for (const file of [TIMELINE, 'jobs/event-loop.trace.bin'])
        await truncate(folder.path(file), 185 * jobs);
      await truncate(folder.path(ROWS_FILE), 10 * 40 * jobs);
    },
    page: /trace\.bin: 10000000 jobs are more than 1000000/,
    // All rows of the run are fewer than it says that it has.
    lost: ['timelines', 'latencies'],
    formats: ['chrome-trace', 'csv-jobs'],
  },
  {
    ...{ what: 'a CPU profile 2 million nodes deep', files: [PROFILE] },
    change: (folder) => writeDeepProfile(folder.path(PROFILE), 2_000_000),
    page: /thread-0\.cpuprofile cannot be read: it is not a CPU profile: it has more than 1000000 nodes/,
    formats: ['speedscope'],
  },
  {
    ...{ what: 'a CPU profile 100,000 nodes deep', files: [PROFILE] },
    change: (folder) => writeDeepProfile(folder.path(PROFILE), 100_000),
    page: /thread-0\.cpuprofile cannot be read: it is not a CPU profile: its calls are nested deeper than \d+/,
  },
  inDescription('3 million GC pauses', /holds more than \d+ values/, (description) => {
    description.threads[0]!.gc = Array.from({ length: 3_000_000 }, () => [1, 1]);
  }),
  inDescription('1 million threads in a trace', /not a valid record|more than \d+ values/, (description) => {
    description.threads = Array.from({ length: 1_000_000 }, (_, thread) => ({ thread, gc: [] }));
  }),
  inRecord('1 million threads in a trial', /variants\.0\.trials\.0\.threads/, ({ variants }) => {
    variants[0]!.trials[0]!.threads = Array.from({ length: 1_000_000 }, () => ({}) as never);
  }),
  inRecord('1 million threads of a variant', /variants\.0\.threads/, ({ variants }) => {
    variants[0]!.threads = 1_000_000;
  }),
  inRecord('40,000 trials', /variants\.0\.trials/, ({ variants }) => {
    const [variant] = variants;
    variant!.trials = Array.from({ length: 40_000 }, (_, at) => variant!.trials[at % 10]!);
  }),
  inRecord('200,000 artifacts', /artifacts/, ({ artifacts }) => {
    const [first] = artifacts;
    for (let i = 0; i < 200_000; i++) artifacts.push(first!);
  }),
  inRecord('2,000 variants', /variants/, ({ variants }) => {
    const [first] = variants;
    for (let i = 0; i < 2_000; i++) variants.push(first!);
  }),
  {
    ...{ what: 'a run.json of 250 MB', files: ['run.json'] },
    change: (folder) => truncate(folder.path('run.json'), 250_000_000),
    refused: /run\.json: it is larger than 128 MiB/,
  },
];

let run: WholeRun;
let sections: readonly string[];
const cleanUp: (() => unknown)[] = [];

before(async () => {
  run = await writeWholeRun({ after: (done) => cleanUp.push(done as () => unknown) }, 'sound');
  sections = sectionsOf(await runPage(run.folder.dir));
  assert.ok(sections.includes('timelines') && sections.includes('latencies'));
});
after(async () => {
  for (const done of cleanUp) await done();
});

for (const { what, files, change, refused, page, lost = [], formats } of HOSTILE) {
  test(`a run folder with ${what}: one clear message, and no more is lost`, {
    timeout: HANG_MS,
  }, async () => {
    const { folder, record } = run;
    const saved = await Promise.all(files.map((file) => readFile(folder.path(file))));
    try {
      await change(folder, structuredClone(record));
      if (refused !== undefined) {
        await assert.rejects(runPage(folder.dir), {
          code: 'run-unreadable',
          message: refused,
        });
        await assert.rejects(RunSource.open(folder), { code: 'run-unreadable', message: refused });
      } else {
        const html = await runPage(folder.dir);
        assert.match(html, page!);
        assert.deepEqual(
          sections.filter((section) => !sectionsOf(html).includes(section) && !lost.includes(section)),
          [],
        );
        await exportAll(folder, formats);
      }
    } finally {
      for (const [index, file] of files.entries()) await writeFile(folder.path(file), saved[index]!);
    }
    const { maxRSS } = process.resourceUsage();
    assert.ok(maxRSS < MAX_MEMORY_KIB, `${Math.round(maxRSS / 1024)} MiB`);
  });
}

test('numbers of ±1e308 are refused in every numeric field of run.json and sweep.json', () => {
  const isTaken = { run: takes(runRecordSchema), sweep: takes(sweepRecordSchema) };
  const taken: string[] = [];
  for (const [file, text] of [...texts()]) {
    const whole = JSON.parse(text) as Json;
    for (const [name, [place]] of fieldsOf(whole)) {
      for (const value of [1e308, -1e308]) {
        const before = place!.holder[place!.key]!;
        place!.holder[place!.key] = value;
        if (isTaken[file](whole)) taken.push(`${file}: ${name}`);
        place!.holder[place!.key] = before;
      }
    }
  }
  assert.deepEqual(taken, []);
});

test('the largest and the smallest numbers that every field takes: no Infinity and no NaN in any picture', async () => {
  const isTaken = { run: takes(runRecordSchema), sweep: takes(sweepRecordSchema) };
  for (const values of [
    [Number.MAX_SAFE_INTEGER, 1e15, 1e12, 1e6],
    [-Number.MAX_SAFE_INTEGER, 0, 1e-9, 1e-6],
  ]) {
    for (const [file, text] of texts()) {
      const whole = JSON.parse(text) as Json;
      for (const [, places] of fieldsOf(whole)) {
        for (const value of values) {
          const before = places.map(({ holder, key }) => holder[key]!);
          for (const { holder, key } of places) holder[key] = value;
          if (isTaken[file](whole)) break;
          for (const [index, { holder, key }] of places.entries()) holder[key] = before[index]!;
        }
      }
      const what = `${file} with ${values[0]}`;
      if (file === 'sweep') {
        assert.ok(await drawn(what, () => renderSweepPage(sweepView(whole as unknown as SweepRecord))));
        continue;
      }
      const { folder, record } = run;
      await writeRecord(folder, whole as unknown as RunRecord);
      assert.ok(await drawn(what, () => runPage(folder.dir)));
      await exportAll(folder);
      await writeRecord(folder, record);
    }
  }
});

function texts(): (readonly ['run' | 'sweep', string])[] {
  const sweep = crossoverSweep();
  // Two trials of each have every field, and take a fraction of the time.
  const variants = run.record.variants.map((variant) => ({ ...variant, trials: variant.trials.slice(0, 2) }));
  return [
    ['run', JSON.stringify({ ...run.record, variants })],
    ['sweep', JSON.stringify({ ...sweep, analysis: analyseSweep(sweep) })],
  ];
}

function takes(schema: typeof runRecordSchema | typeof sweepRecordSchema): (record: Json) => boolean {
  return (record) => schema.safeParse(record).success;
}

type Json = null | boolean | number | string | { [key: string]: Json };

interface Field {
  readonly holder: { [key: string]: Json };
  readonly key: string;
}

/** Every number in a record, by its name: `variants.*.trials.*.wallMs`. */
function fieldsOf(value: Json, path = '', fields = new Map<string, Field[]>()): Map<string, Field[]> {
  if (typeof value !== 'object' || value === null) return fields;
  for (const [key, part] of Object.entries(value)) {
    const name = `${path}${path === '' ? '' : '.'}${Array.isArray(value) ? '*' : key}`;
    if (typeof part !== 'number') fieldsOf(part, name, fields);
    else if (key !== 'schemaVersion') {
      fields.set(name, [...(fields.get(name) ?? []), { holder: value, key }]);
    }
  }
  return fields;
}

function sectionsOf(html: string): string[] {
  return [...html.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id!);
}

/** In every format: done, or refused with one clear error. */
async function exportAll(folder: RunFolder, formats?: readonly string[]): Promise<void> {
  for (const exporter of EXPORTERS.filter(({ name }) => formats?.includes(name) ?? true)) {
    const variants = exporter.scope === 'pair' ? (['sequential', 'event-loop'] as const) : null;
    try {
      await exported(await RunSource.open(folder), exporter, { variants });
    } catch (error) {
      assert.ok(error instanceof ThreadmillError && error.code !== 'internal', exporter.name);
    }
  }
}

function writeRecord(folder: RunFolder, record: RunRecord): Promise<void> {
  return writeFile(folder.path('run.json'), JSON.stringify(record));
}

function inRecord(what: string, refused: RegExp, change: (record: RunRecord) => void): Hostile {
  return {
    ...{ what, files: ['run.json'], refused },
    change: async (folder, record) => {
      change(record);
      await writeRecord(folder, record);
    },
  };
}

interface Description {
  threads: { thread: number; gc: number[][] }[];
}

/** In what describes the trace beside the profiles. */
function inDescription(what: string, page: RegExp, change: (description: Description) => void): Hostile {
  return {
    ...{ what, files: [TIMELINE_JSON], page, formats: ['chrome-trace', 'otlp'] },
    change: async (folder) => {
      const description = JSON.parse(await readFile(folder.path(TIMELINE_JSON), 'utf8')) as Description;
      change(description);
      await writeFile(folder.path(TIMELINE_JSON), JSON.stringify(description));
    },
  };
}

/** Each function is called by the one before it. */
async function writeDeepProfile(file: string, nodes: number): Promise<void> {
  const frame = '"callFrame":{"functionName":"f","scriptId":"1","url":"","lineNumber":0,"columnNumber":0}';
  function* text(): Generator<string> {
    yield '{"nodes":[';
    for (let id = 1; id < nodes; id += 10_000) {
      let part = '';
      for (let node = id; node < Math.min(id + 10_000, nodes); node++) {
        part += `{"id":${node},${frame},"children":[${node + 1}]},`;
      }
      yield part;
    }
    yield `{"id":${nodes},${frame}}],"startTime":1,"endTime":9,"samples":[${nodes}],"timeDeltas":[1]}`;
  }
  await pipeline(text(), createWriteStream(file));
}
