import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLines } from '../support/command-lines.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COMMANDS = [
  ...(['bench', 'profile', 'sweep', 'record', 'compare'] as const),
  ...(['history', 'scaffold', 'report', 'export', 'prune', 'serve', 'worker'] as const),
];

/** Run by other tests, or too long for a test: only that the target exists is checked. */
const NOT_RUN = new Set([
  'make bench',
  'make profile',
  'make sweep',
  'make report',
  'make test',
  'make serve',
]);

interface Block {
  readonly language: string;
  readonly text: string;
}

/** README.md and every page of docs/, by their paths. */
const PAGES: ReadonlyMap<string, string> = new Map(
  ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)]
    .filter((path) => path.endsWith('.md'))
    .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
);
/** Their commands need files or machines that are not here; for ci.md and comparing.md see comparing-page.test.ts. */
const OF_ANOTHER_PROJECT = ['docs/comparing.md', 'docs/ci.md', 'docs/scaling.md'];
/** Pages for people who change Threadmill: they name options of other programs. */
const FOR_DEVELOPERS = ['architecture', 'benchmarks', 'contributing', 'reliability'].map(
  (name) => `docs/${name}.md`,
);

function pageText(path: string): string {
  return PAGES.get(path) ?? assert.fail(path);
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** Prose, tables and commands, without printed output, workload files and CI jobs. */
function withoutOutputs(markdown: string): string {
  return markdown.replace(/^```(?:text|ts|yaml)\n[\s\S]*?^```$/gm, '');
}

const blocks = [...PAGES].flatMap(([path, text]) =>
  OF_ANOTHER_PROJECT.includes(path) ? [] : blocksOf(text),
);
const shellBlocks = blocks
  .filter(({ language }) => language === 'sh')
  .map(({ text }) => text.trim().split('\n'));
const shellLines = shellBlocks.flat();
const workloads = blocks.filter(({ language }) => language === 'ts');

const LESS = { rounds: '1 --warmup 0', jobs: '16', cpu: '2' };
/** Options that these commands get where they do not have them. */
const UNSAID = [
  ['threadmill bench', 'rounds'],
  ['threadmill sweep', 'rounds'],
  ['threadmill sweep', 'jobs'],
] as const;

/** The same command with less work: of a list two values, of a second list one, two variants, and no traced pass. */
function quick(line: string): string {
  let lists = 0;
  const less = line
    // The event loop with each client would take long.
    .replace('--client all', '--client undici-dispatch,node-http')
    .replace(/(--(?!variants)[a-z]+ [\w.]+)(,[\w.]+)[\w.,]*(?= |$)/g, (_, first: string, second: string) =>
      lists++ === 0 ? first + second : first,
    )
    .replace(/--(rounds|jobs|cpu) \d+(?=[ "]|$)/g, (_, name: keyof typeof LESS) => `--${name} ${LESS[name]}`)
    .replace(
      /^(threadmill (?:bench|sweep) |make bench ARGS=")(?!.*--(?:variants|client \S+,))/,
      '$1--variants event-loop,worker-pool ',
    )
    .replace(/^(threadmill bench |make (?:bench|profile) ARGS=")/, '$1--no-trace ')
    // Neither installs nor builds: node_modules and dist are links to those that other tests use.
    .replace(/^make /, 'make -o node_modules/.package-lock.json -o dist/.stamp ');
  const unsaid = UNSAID.filter(([start, name]) => less.startsWith(start) && !less.includes(`--${name} `));
  return [less, ...unsaid.map(([, name]) => `--${name} ${LESS[name]}`)].join(' ');
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(command: string, argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 600_000 });
    let output = '';
    const add = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.once('error', reject).once('close', (code) => resolve({ code, output }));
  });
}

/** An environment in which `threadmill` runs dist/, as after `npm link`. */
async function commandFolder(t: TestContext): Promise<NodeJS.ProcessEnv> {
  const folder = await temporaryFolder(t);
  const command = join(folder, 'threadmill');
  await writeFile(
    command,
    `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'dist/src/cli/main.js')}' "$@"\n`,
  );
  await chmod(command, 0o755);
  const PATH = [folder, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
  // Variables that `make test` sets for itself would change the make that is started here.
  const { MAKEFLAGS, MFLAGS, MAKELEVEL, MAKE_TERMOUT, MAKE_TERMERR, ...environment } = process.env;
  return { ...environment, PATH, NO_COLOR: '1' };
}

/** A folder of links to everything in this checkout, with a profiles/ of its own. */
async function checkout(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  const own = ['profiles', '.git', '.cache'];
  for (const name of readdirSync(ROOT)) {
    if (!own.includes(name)) await symlink(join(ROOT, name), join(folder, name));
  }
  await mkdir(join(folder, 'profiles'));
  return folder;
}

async function startServer(t: TestContext): Promise<string> {
  const server = createServer((_, response) => response.end('{"items": [1, 2]}'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Long forms of the options in `threadmill --help` and in that of every command. */
async function everyOption(): Promise<string[]> {
  const lines = ['', ...COMMANDS].map((command) => [command, '--help'].filter(Boolean));
  const ended = await commandLines(lines, ROOT);
  return ended.flatMap(({ stdout }, index) => {
    // `-h, --help`, `--clients, --client <a,b>`
    const listed = stdout
      .split('\n')
      .flatMap((line) => /^ {2}(?=-)(?:-{1,2}[\w-]+(?:, )?)+/.exec(line)?.[0].match(/--[\w-]+/g) ?? []);
    assert.ok(listed.includes('--help'), `${lines[index]}: ${stdout}`);
    return listed;
  });
}

/** Texts of the second level sections of a page, by their titles. */
function sectionsOf(path: string): Map<string, string> {
  const parts = pageText(path).split(/^## (.+)$/m);
  return new Map(parts.slice(1).flatMap((part, i, all) => (i % 2 === 0 ? [[part, all[i + 1] ?? '']] : [])));
}

describe('commands in README.md and docs/', () => {
  test('each line is one make target or one call of threadmill', () => {
    assert.ok(shellLines.length >= 5, shellLines.join('\n'));
    assert.ok(shellLines.includes('make bench'));
    for (const line of shellLines) assert.match(line, /^(?:make|threadmill) \S[^#$`]*$/);
  });

  test('every make target that is named exists', () => {
    const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8');
    const named = [...PAGES.values()].flatMap((text) =>
      [...text.matchAll(/(?:^|`)make ([a-z][a-z0-9-]+)/gm)].map(([, name = '']) => name),
    );
    assert.ok(named.length > 10, named.join());
    for (const target of new Set(named)) {
      assert.match(makefile, new RegExp(`^${target}:`, 'm'), `make ${target}`);
    }
  });

  describe('each exits with 0 and writes a report', { concurrency: 3 }, () => {
    for (const block of shellBlocks) {
      const lines = block.filter((each) => !NOT_RUN.has(each));
      if (lines.length === 0) continue;
      test(lines.join('; '), async (t) => {
        const env = await commandFolder(t);
        const cwd = await checkout(t);
        for (const line of lines) {
          const { code, output } = await run('sh', ['-c', quick(line)], cwd, env);
          assert.equal(code, 0, output);
          assert.match(output, /report\.html/);
        }
      });
    }
  });
});

/** Options of Node and of make targets that pages for users name. */
const OF_OTHERS = ['--test', '--netns'];

describe('options in README.md and docs/', () => {
  test('no page for users names an option that does not exist', async () => {
    const known = new Set([...OF_OTHERS, ...(await everyOption())]);
    const named = [...PAGES]
      .filter(([path]) => !FOR_DEVELOPERS.includes(path))
      .flatMap(([, text]) => [...withoutOutputs(text).matchAll(/(?<![\w-])--[a-z][\w-]*/g)])
      .map(([option]) => option);
    assert.deepEqual(
      [...new Set(named)].filter((option) => !known.has(option)),
      [],
    );
  });
});

describe('workloads in README.md and docs/', { concurrency: 3 }, () => {
  test('there are four', () => assert.equal(workloads.length, 4));

  test('their types fit the public API', async (t) => {
    const folder = await temporaryFolder(t);
    await Promise.all(workloads.map(({ text }, i) => writeFile(join(folder, `shown-${i}.ts`), text)));
    const config = {
      extends: join(ROOT, 'test/tsconfig.json'),
      compilerOptions: {
        rootDir: '/',
        typeRoots: [join(ROOT, 'node_modules/@types')],
        paths: { threadmill: [join(ROOT, 'src/index.ts')] },
      },
      include: [join(folder, '*.ts')],
      exclude: [],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { code, output } = await run(process.execPath, [tsc, '-p', folder], ROOT, process.env);
    assert.equal(code, 0, output);
  });

  for (const [i, { text }] of workloads.entries()) {
    test(`workload ${i + 1} runs in two variants`, async (t) => {
      const env = await commandFolder(t);
      const cwd = await checkout(t);
      // A server that answers every request with JSON stands in for the one that the page names.
      const url = text.includes('http://localhost:3000') ? await startServer(t) : '';
      await writeFile(join(cwd, 'shown.ts'), text.replaceAll('http://localhost:3000', url));
      const line =
        'threadmill bench --workload shown.ts --jobs 4 --rounds 1 --warmup 0 --no-trace --variants event-loop,worker-pool --quiet';
      const { code, output } = await run('sh', ['-c', line], cwd, env);
      assert.equal(code, 0, output);
    });
  }
});

describe('tables in docs/', () => {
  test('every outcome, variant and capture has a row', async () => {
    const { OUTCOMES } = await import('../../src/core/outcomes.ts');
    const { VARIANT_NAMES } = await import('../../src/core/variants.ts');
    const { CAPTURE_NAMES } = await import('../../src/core/captures.ts');
    const rows: [path: string, names: readonly string[]][] = [
      ['docs/reference.md', OUTCOMES.map((name) => `\`${name}\``)],
      ['docs/variants.md', VARIANT_NAMES.map((name) => `\`${name}\``)],
      ['docs/captures-and-exports.md', CAPTURE_NAMES.map((name) => `\`${name}\``)],
    ];
    for (const [path, names] of rows) {
      for (const name of names) {
        const row = new RegExp(`^\\| (?:[^|]+, )?${name.replace('+', '\\+')}(?:, [^|]+)? \\|`, 'm');
        assert.match(pageText(path), row, `${path}: ${name}`);
      }
    }
  });

  test('captures-and-exports.md lists every format of an export with the programs that open it, and no other', async () => {
    const { EXPORTERS } = await import('../../src/output/export/registry.ts');
    const section = sectionsOf('docs/captures-and-exports.md').get('Exports') ?? '';
    const listed = [...section.matchAll(/^\| `(?<name>[a-z-]+)` \|.*\| (?<opens>[^|]+) \|$/gm)];
    assert.deepEqual(
      listed.map(({ groups }) => [groups?.name, groups?.opens?.replaceAll('`', '')]),
      EXPORTERS.map(({ name, opens }) => [name, opens]),
    );
  });

  test('reading-a-report.md has a row for every section of a report and every line of a verdict', async () => {
    const { SECTIONS } = await import('../../src/output/pages/run/sections.ts');
    const { VERDICT_TOPICS } = await import('../../src/core/documents/verdict.ts');
    const { TOPIC_LABELS } = await import('../../src/core/labels.ts');
    const page = sectionsOf('docs/reading-a-report.md');
    const listed = (title: string) =>
      [...(page.get(title) ?? '').matchAll(/^\| ([^|]+) \|/gm)].map(([, name = '']) => name);
    const sections = listed('Sections').flatMap((names) => names.toLowerCase().split(', '));
    for (const { title, heading, inAppendix } of SECTIONS) {
      if (inAppendix) continue;
      const names = [title, ...(typeof heading === 'string' ? [heading] : [])].map((name) =>
        name.toLowerCase(),
      );
      assert.ok(
        names.some((name) => sections.includes(name)),
        title,
      );
    }
    const lines = listed('The verdict');
    for (const topic of VERDICT_TOPICS) assert.ok(lines.includes(TOPIC_LABELS[topic]), TOPIC_LABELS[topic]);
  });

  test('workloads.md lists every field of a workload', async () => {
    const source = (name: string) => readFileSync(join(ROOT, 'src', name), 'utf8');
    const fieldsOf = (text: string, name: string) => {
      const body = new RegExp(`interface ${name}\\b[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? '';
      return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, field = '']) => field);
    };
    const fields = [
      ...fieldsOf(source('workload/http-definition.ts'), 'HttpRequest'),
      ...fieldsOf(source('workload/http-definition.ts'), 'HttpWorkloadDefinition'),
      ...fieldsOf(source('workload/define-workload.ts'), 'WorkloadDefinition'),
    ];
    assert.ok(fields.length > 15, fields.join());
    const page = pageText('docs/workloads.md');
    for (const field of fields) assert.match(page, new RegExp(`^\\| \`${field}\\b`, 'm'), field);
    const { workloadSettingsSchema } = await import('../../src/core/documents/spec.ts');
    const settings = /^`settings` has [^.]+/m.exec(page)?.[0] ?? '';
    for (const field of Object.keys(workloadSettingsSchema.shape))
      assert.ok(settings.includes(`\`${field}\``), field);
  });
});
