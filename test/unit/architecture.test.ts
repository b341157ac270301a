import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/**
 * The rooms of src/, lowest first: a file imports from its own room and from those below it. docs/architecture.md
 * shows the same list; a test below keeps the two equal.
 */
const ROOMS = [
  'core',
  'workload',
  'engine',
  'profile',
  'analysis',
  'store',
  'runner',
  'orchestrator',
  'output',
  'web',
  'cli',
] as const;
type Room = (typeof ROOMS)[number];

/** Rooms that know less than their place allows. */
const APART: Readonly<Partial<Record<Room, readonly Room[]>>> = {
  profile: ['workload'],
  analysis: ['workload'],
  output: ['runner', 'orchestrator'],
  web: ['workload', 'engine', 'analysis', 'store', 'runner', 'orchestrator'],
  cli: ['web'],
};

/** Folders of src/output/, and the others that each imports. */
const OUTPUT: Readonly<Record<string, readonly string[]>> = {
  card: ['markup', 'terminal', 'view'],
  charts: ['markup', 'view'],
  csv: ['export'],
  export: ['csv'],
  markdown: ['view'],
  markup: ['view'],
  pages: ['charts', 'markup', 'sections', 'view'],
  sections: ['markup', 'view'],
  styles: [],
  terminal: ['view'],
  view: ['export'],
};

/** Pages whose view is made of a value. */
const WITHOUT_LOAD = ['compare-recordings', 'history', 'sweep'];

/** Modules whose whole static import graph is loaded where it costs: in every measured thread or process. */
const LEAN: readonly { readonly entry: string; readonly never: readonly string[] }[] = [
  { entry: 'src/index.ts', never: ['zod', 'pino', 'esbuild', 'undici', 'piscina'] },
  { entry: 'src/record.ts', never: ['zod', 'pino', 'esbuild', 'undici', 'piscina'] },
  { entry: 'workers/pool-worker.ts', never: ['zod', 'pino', 'esbuild', 'undici', 'piscina'] },
  { entry: 'src/engine/recorder/preload.ts', never: ['zod', 'pino', 'esbuild', 'undici', 'piscina'] },
  { entry: 'src/engine/recorder/controller.ts', never: ['zod', 'pino', 'esbuild', 'undici', 'piscina'] },
  { entry: 'src/runner/serve-trials.ts', never: ['zod', 'esbuild', 'undici'] },
  { entry: 'src/runner/run-once.ts', never: ['zod', 'esbuild', 'undici'] },
  { entry: 'src/cli/program.ts', never: ['pino', 'esbuild', 'undici', 'piscina', 'pprof-format'] },
  { entry: 'src/output/pages/run/page.ts', never: ['zod', 'pino', 'esbuild', 'undici', 'piscina'] },
];

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Import {
  readonly from: string;
  readonly line: number;
  readonly specifier: string;
  /** Gone at run time. `import { type A }` is not: it still loads the module. */
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

const STATIC = /^[ \t]*(?:import|export)\b(?<clause>[^'";=]*?)(?:\bfrom\s*)?['"](?<specifier>[^'"\n]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"](?<specifier>[^'"\n]+)['"]\s*\)/g;

function importsOf(path: string): Import[] {
  // Comments of whole lines may show imports as examples.
  const text = readFileSync(join(ROOT, path), 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const found = (pattern: RegExp, dynamic: boolean) =>
    [...text.matchAll(pattern)].map((match) => ({
      from: path,
      line: text.slice(0, match.index).split('\n').length,
      specifier: match.groups?.specifier ?? '',
      typeOnly: /^\s+type\b/.test(match.groups?.clause ?? ''),
      dynamic,
    }));
  return [...found(STATIC, false), ...found(DYNAMIC, true)];
}

function sourceFiles(): string[] {
  return ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
      .map((path) => join(folder, path).split(sep).join('/')),
  );
}

/** Path of the imported file within the project; null for a package. */
function targetOf({ from, specifier }: Import): string | null {
  return specifier.startsWith('.') ? join(dirname(from), specifier).split(sep).join('/') : null;
}

const roomOf = (path: string): string => path.split('/')[1] ?? '';

function isAllowed(from: string, to: string): boolean {
  const [room, other] = [roomOf(from) as Room, roomOf(to) as Room];
  return (
    ROOMS.includes(other) &&
    ROOMS.indexOf(other) <= ROOMS.indexOf(room) &&
    !(APART[room] ?? []).includes(other)
  );
}

describe('rooms', () => {
  const all = sourceFiles().flatMap(importsOf);

  test('the reader of import lines finds type imports, dynamic imports and re-exports', () => {
    const has = (from: string, specifier: string, typeOnly: boolean, dynamic = false) =>
      all.some(
        (each) =>
          each.from === from &&
          each.specifier === specifier &&
          each.typeOnly === typeOnly &&
          each.dynamic === dynamic,
      );
    assert.ok(has('src/workload/connections.ts', 'undici', true), 'import type');
    assert.ok(has('src/workload/open-transport.ts', 'undici', false, true), 'import()');
    assert.ok(
      has('src/index.ts', './workload/http-definition.ts', true),
      'export … from, over several lines',
    );
    assert.ok(has('workers/runner.ts', '../src/runner/run-once.ts', false, true));
    assert.ok(all.length > 300, String(all.length));
  });

  test('every import runs down the list of rooms', () => {
    const broken = all.flatMap((each) => {
      const target = targetOf(each);
      // The public API and the entry points of threads and processes stand above all rooms.
      if (
        target === null ||
        ['src/index.ts', 'src/record.ts'].includes(each.from) ||
        !each.from.startsWith('src/')
      )
        return [];
      return isAllowed(each.from, target) ? [] : [`${each.from}:${each.line} imports ${target}`];
    });
    assert.deepEqual(broken, []);
  });

  test('every file is imported: a format, a check or a variant that no registry lists would never run', () => {
    const imported = new Set(all.map(targetOf));
    const lone = sourceFiles().filter((path) => path.startsWith('src/') && !imported.has(path));
    assert.deepEqual(lone.sort(), [
      'src/cli/main.ts',
      // By its URL, from record.ts.
      'src/cli/record-part.ts',
      'src/engine/recorder/controller.ts',
      'src/index.ts',
      'src/record.ts',
      'src/web/main.tsx',
      'src/web/runs.ts',
    ]);
  });

  test('every room of the list exists, and src/ has no other', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true });
    assert.deepEqual(
      folders.filter((entry) => entry.isDirectory()).map(({ name }) => name),
      [...ROOMS].sort(),
    );
  });

  test('within output, folders import only what OUTPUT lists; a page imports another only to load', () => {
    const within = (path: string) => path.split('/').slice(2);
    const broken = all.flatMap((each) => {
      const target = targetOf(each);
      if (target === null || ![each.from, target].every((path) => roomOf(path) === 'output')) return [];
      const [[from = '', page], [to = '', other]] = [within(each.from), within(target)];
      const isAllowed =
        from !== to
          ? OUTPUT[from]?.includes(to)
          : from !== 'pages' || page === other || (/\/load[./]/.test(each.from) && /\/load[./]/.test(target));
      return isAllowed ? [] : [`${each.from}:${each.line} imports ${target}`];
    });
    assert.deepEqual(broken, []);
    assert.deepEqual(readdirSync(join(ROOT, 'src/output')).sort(), Object.keys(OUTPUT));
  });

  test('web takes from output the view models of profiles and phases, types and styles', () => {
    const taken = all.flatMap((each) => {
      const target = targetOf(each);
      return target !== null && !each.typeOnly && roomOf(each.from) === 'web' && roomOf(target) === 'output'
        ? [target]
        : [];
    });
    assert.deepEqual([...new Set(taken)].sort(), [
      'src/output/styles/all.css',
      'src/output/view/run/differential.ts',
      'src/output/view/run/functions.ts',
      'src/output/view/run/phase-groups.ts',
      'src/output/view/run/top-changes.ts',
    ]);
  });

  test('every page is load, view and page, except that no load is needed where the view is made of a value', () => {
    for (const page of readdirSync(join(ROOT, 'src/output/pages'))) {
      const name = page.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
      const exported = (path: string) =>
        [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^export (?:async )?function (\w+)/gm)].map(
          ([, each]) => each,
        );
      const view = `${name.charAt(0).toLowerCase()}${name.slice(1)}View`;
      assert.ok(exported(`src/output/view/${page}.ts`).includes(view), view);
      assert.ok(exported(`src/output/pages/${page}/page.ts`).includes(`render${name}Page`), page);
      if (WITHOUT_LOAD.includes(page)) continue;
      assert.ok(exported(`src/output/pages/${page}/load.ts`).includes(`load${name}`), page);
    }
  });

  test('docs/architecture.md shows the list of rooms in this order, and how many pairs import', () => {
    const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const section = /^## Rooms$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(text)?.[1] ?? '';
    const rows = [...section.matchAll(/^\| `(?<room>[a-z]+)\/` \|.*$/gm)];
    assert.deepEqual(
      rows.map(({ groups }) => groups?.room),
      [...ROOMS],
    );
    for (const [row, room] of rows.map(([line], index) => [line, ROOMS[index]!] as const)) {
      for (const other of APART[room] ?? [])
        assert.ok(row.includes(`not \`${other}\``), `${room}: not ${other}`);
    }
    const pairs = all.flatMap((each) => {
      const rooms = [each.from, targetOf(each) ?? ''].map(roomOf);
      const isPair = rooms[0] !== rooms[1] && rooms.every((room) => ROOMS.includes(room as Room));
      return isPair ? [rooms.join()] : [];
    });
    assert.equal(/^(\d+) pairs of rooms import/m.exec(section)?.[1], String(new Set(pairs).size));
  });
});

describe('what measured threads and processes load', () => {
  for (const { entry, never } of LEAN) {
    test(`${entry}: none of ${never.join(', ')}`, () => {
      const reached = new Map<string, string>([[entry, entry]]);
      const found: string[] = [];
      for (const [path, way] of reached) {
        for (const each of importsOf(path)) {
          if (each.typeOnly || each.dynamic) continue;
          const target = targetOf(each);
          if (target !== null && !reached.has(target)) reached.set(target, `${way} → ${target}`);
          const name = each.specifier.split('/')[0]!;
          if (target === null && never.includes(name)) found.push(`${way} → ${name}`);
        }
      }
      assert.deepEqual(found, []);
      assert.ok([...reached.keys()].every((path) => relative(ROOT, join(ROOT, path)) === path));
    });
  }
});

test('the folder of every unit test is a folder of src/', () => {
  const folders = readdirSync(join(ROOT, 'test/unit'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map(dirname);
  assert.deepEqual(
    [...new Set(folders)].filter((folder) => !existsSync(join(ROOT, 'src', folder))),
    [],
  );
});

test('unit tests share a process: hooks outside of a describe would be those of all of them', () => {
  const folder = join(ROOT, 'test/unit');
  const hooked = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => /^(?:before|after)(?:Each)?\(/m.test(readFileSync(join(folder, path), 'utf8')));
  assert.deepEqual(hooked, []);
});
