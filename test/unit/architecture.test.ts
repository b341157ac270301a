import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/**
 * Who may import whom. Lowest first: a part may import only what stands above it in this list, and of that
 * only what its line names, so there can be no cycle. `base` is errors, redaction, descriptors and types; a single file
 * may be named instead of its folder. `types` adds what may be imported for its types alone, by an import
 * that is gone when the program runs.
 *
 * docs/architecture.md shows the same table; a test below keeps the two equal.
 */
const LAYERS: Readonly<
  Record<string, { readonly imports: readonly string[]; readonly types?: readonly string[] }>
> = {
  errors: { imports: [] },
  redaction: { imports: [] },
  descriptors: { imports: ['errors'] },
  types: { imports: ['errors'] },
  processes: { imports: [] },
  statistics: { imports: ['base'] },
  gate: { imports: ['statistics', 'base'] },
  sweep: { imports: ['statistics', 'base'] },
  profile: { imports: ['base'] },
  measurement: { imports: ['statistics', 'base'] },
  accounting: { imports: ['statistics', 'base'], types: ['measurement'] },
  timeline: { imports: ['profile', 'base'], types: ['measurement'] },
  workload: { imports: ['statistics', 'base'], types: ['measurement'] },
  artifacts: { imports: ['workload', 'measurement', 'profile', 'base'] },
  server: { imports: ['processes', 'base'] },
  capture: {
    imports: [
      ...['artifacts/thread-profiles', 'artifacts/heap-profiles', 'artifacts/move'],
      ...['profile', 'processes', 'base'],
    ],
  },
  variants: { imports: ['workload', 'measurement', 'base'] },
  runner: {
    imports: ['variants', 'artifacts', 'workload', 'measurement', 'processes', 'base'],
    types: ['capture'],
  },
  experiment: {
    imports: [
      ...[
        'runner/runner-options',
        'capture',
        'server',
        'artifacts',
        'workload',
        'accounting',
        'measurement',
        'gate',
      ],
      ...['sweep', 'statistics', 'profile', 'processes', 'base'],
    ],
    types: ['runner'],
  },
  report: { imports: ['artifacts', 'timeline', 'gate', 'sweep', 'statistics', 'profile', 'base'] },
  export: {
    imports: [
      'report/csv/blocks',
      'report/csv/jobs',
      'artifacts',
      'timeline',
      'measurement',
      'profile',
      'base',
    ],
  },
  commands: {
    imports: ['report', 'export', 'experiment', 'capture', 'server', 'artifacts', 'gate', 'sweep', 'base'],
  },
  cli: { imports: ['commands', 'base'] },
  index: { imports: ['workload', 'types'] },
  workers: { imports: ['runner', 'variants', 'server', 'artifacts', 'processes'] },
};

const BASE = ['errors', 'redaction', 'descriptors', 'types'];

/** Modules whose whole static import graph is loaded where it costs: in every measured thread or process. */
const LEAN: readonly { readonly entry: string; readonly never: readonly string[] }[] = [
  { entry: 'src/index.ts', never: ['zod', 'pino', 'esbuild', 'undici', 'piscina'] },
  { entry: 'workers/pool-worker.ts', never: ['zod', 'pino', 'esbuild', 'undici', 'piscina'] },
  { entry: 'src/runner/serve-blocks.ts', never: ['zod', 'esbuild', 'undici'] },
  { entry: 'src/runner/run-once.ts', never: ['zod', 'esbuild', 'undici'] },
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

const STATIC = /^[ \t]*(?:import|export)\b(?<clause>[^'";]*?)(?:\bfrom\s*)?['"](?<specifier>[^'"\n]+)['"]/gm;
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

/** The layer that a file belongs to: its folder below src, or its own name if it lies in src itself. */
function layerOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second.replace(/\.ts$/, '') : top;
}

function isAllowed(path: string, target: string, typeOnly: boolean): boolean {
  const layer = LAYERS[layerOf(path)];
  if (layer === undefined) return false;
  const names = [
    layerOf(target),
    ...(BASE.includes(layerOf(target)) ? ['base'] : []),
    target.replace(/^src\//, '').replace(/\.tsx?$/, ''),
  ];
  const allowed = typeOnly ? [...layer.imports, ...(layer.types ?? [])] : layer.imports;
  return names.some((name) => allowed.includes(name));
}

describe('layers', () => {
  const all = sourceFiles().flatMap(importsOf);

  test('the reader of import lines finds what there is to find', () => {
    const has = (from: string, specifier: string, typeOnly: boolean, dynamic = false) =>
      all.some(
        (each) =>
          each.from === from &&
          each.specifier === specifier &&
          each.typeOnly === typeOnly &&
          each.dynamic === dynamic,
      );
    assert.ok(has('src/workload/http-executor.ts', 'undici', true), 'import type');
    assert.ok(has('src/workload/http-executor.ts', 'undici', false, true), 'import()');
    assert.ok(has('src/index.ts', './workload/http-workload.ts', false), 'export … from, over several lines');
    assert.ok(has('workers/runner.ts', '../src/runner/run-once.ts', false, true));
    assert.ok(all.length > 300, String(all.length));
  });

  test('every import runs down the table', () => {
    const broken = all.flatMap((each) => {
      const target = targetOf(each);
      if (target === null || layerOf(target) === layerOf(each.from)) return [];
      return isAllowed(each.from, target, each.typeOnly)
        ? []
        : [`${each.from}:${each.line} imports ${target}`];
    });
    assert.deepEqual(broken, []);
  });

  test('the table itself runs one way', () => {
    const order = Object.keys(LAYERS);
    for (const [name, { imports, types = [] }] of Object.entries(LAYERS)) {
      for (const other of [...imports, ...types]) {
        const place = order.indexOf(other === 'base' ? 'types' : other.split('/')[0]!);
        assert.ok(place >= 0 && place < order.indexOf(name), `${name} → ${other}`);
      }
    }
  });

  test('docs/architecture.md shows this table', () => {
    const lines = Object.entries(LAYERS).map(([name, { imports, types }]) => {
      const also =
        types === undefined ? '' : `${imports.length === 0 ? '' : '; '}types of ${types.join(', ')}`;
      return `| ${name} | ${imports.length === 0 ? '–' : imports.join(', ')}${also} |`;
    });
    const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const section = /^## Layers$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(text)?.[1] ?? '';
    assert.deepEqual(
      section.split('\n').filter((line) => /^\| [a-z]/.test(line)),
      lines,
    );
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

test('unit tests share a process: hooks outside of a describe would be those of all of them', () => {
  const folder = join(ROOT, 'test/unit');
  const hooked = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => /^(?:before|after)(?:Each)?\(/m.test(readFileSync(join(folder, path), 'utf8')));
  assert.deepEqual(hooked, []);
});
