import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = readdirSync(ROOT)
  .concat(readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`))
  .filter((path) => path.endsWith('.md'));

/** Files of other projects, in examples. */
const OF_USERS = ['orders.ts', 'bench/orders.ts'];

/** As GitHub makes them: of two equal headings the first. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('pages', () => {
  for (const page of PAGES) {
    const text = readFileSync(join(ROOT, page), 'utf8');

    test(`${page}: every relative link leads to a file, and to a heading of it`, () => {
      const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)]
        .map(([, link, source]) => link ?? source ?? '')
        .filter((target) => !/^https?:/.test(target));
      const broken = targets.filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
        if (!existsSync(file)) return true;
        return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
      });
      assert.deepEqual(broken, []);
    });

    // A changelog names files as they were.
    if (page === 'CHANGELOG.md') continue;

    test(`${page}: every path below src, test, workers, examples and docs exists`, () => {
      const prose = text.replace(/^```(?:yaml|sh)\n[\s\S]*?^```$/gm, '');
      const named = [...prose.matchAll(/(?<![\w./-])(?:src|test|workers|examples|docs)\/[\w./-]*[\w/]/g)].map(
        ([path]) => path,
      );
      assert.deepEqual(
        named.filter((path) => !existsSync(join(ROOT, path))),
        [],
      );
    });

    test(`${page}: every file of TypeScript that is named exists`, () => {
      const sources = ['src', 'test', 'workers', 'examples'].flatMap((folder) =>
        readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
          (path) => `/${folder}/${path}`,
        ),
      );
      const named = [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.tsx?)`/g)].map(([, path = '']) => path);
      assert.deepEqual(
        named.filter(
          (path) => !OF_USERS.includes(path) && !sources.some((each) => each.endsWith(`/${path}`)),
        ),
        [],
      );
    });
  }

  test('docs/README.md links every page of docs/', () => {
    const index = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
    const missing = PAGES.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md').filter(
      (page) => !index.includes(`](${page.slice('docs/'.length)})`),
    );
    assert.deepEqual(missing, []);
  });
});
