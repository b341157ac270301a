import { readFile, stat, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildFailure, build, type Loader, type OnResolveArgs, type Plugin } from 'esbuild';
import { ThreadmillError } from '../core/errors.ts';

/** What a workload file may be. */
const WORKLOAD_EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/** `require('threadmill')` becomes an import: not every Node that this supports can require an ES module. */
const OWN_FOR_REQUIRE = 'threadmill-for-require';

/** Gives CommonJS code within the bundle a `require`, without taking the name from code that declares it. */
const BANNER =
  "import { createRequire as __threadmillCreateRequire } from 'node:module';" +
  'globalThis.require ??= __threadmillCreateRequire(import.meta.url);';

/**
 * Bundles a workload file and what it imports beside it into one JavaScript module. Packages stay outside, pinned to
 * the files that the workload's folder resolves; `threadmill` is this very copy. Beside `outFile` lie its source map,
 * with `.map` appended, and a package.json.
 * @throws ThreadmillError 'workload-missing', 'workload-invalid' or 'workload-syntax', with file and line
 */
export async function bundleWorkload(source: string, outFile: string): Promise<void> {
  await checkFile(source);
  try {
    await build({
      entryPoints: [source],
      outfile: outFile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // Without esbuild's own 'module': packages stay outside, and Node does not know that condition.
      conditions: [],
      sourcemap: 'linked',
      sourcesContent: true,
      // Helpers that keep names would run in hot closures; names survive without them.
      keepNames: false,
      minify: false,
      legalComments: 'none',
      logLevel: 'silent',
      banner: { js: BANNER },
      define: {
        'import.meta.url': '__threadmillUrl',
        'import.meta.dirname': '__threadmillDirname',
        'import.meta.filename': '__threadmillFilename',
        __dirname: '__threadmillDirname',
        __filename: '__threadmillFilename',
      },
      plugins: [pinPackages, keepLocations],
    });
  } catch (thrown) {
    throw asSyntaxError(thrown, source);
  }
  await finishMap(`${outFile}.map`);
  await writeFile(join(dirname(outFile), 'package.json'), '{ "type": "module" }\n');
}

/**
 * The bundle is moved into the run folder later; paths relative to where it was made would then lie. The sources
 * in the map are the user's files as they are, without what `keepLocations` put into them.
 */
async function finishMap(mapFile: string): Promise<void> {
  const map = JSON.parse(await readFile(mapFile, 'utf8')) as {
    sources: string[];
    sourcesContent: (string | null)[];
  };
  const paths = map.sources.map((source) => resolve(dirname(mapFile), source));
  map.sources = paths.map((path) => pathToFileURL(path).href);
  map.sourcesContent = map.sourcesContent.map(
    (text, i) => text?.replace(locationNames(paths[i]!), () => '') ?? null,
  );
  await writeFile(mapFile, JSON.stringify(map));
}

/** Declares what `define` replaces `import.meta.url` and the like by. */
function locationNames(path: string): string {
  return (
    `var __threadmillUrl=${JSON.stringify(pathToFileURL(path).href)},` +
    `__threadmillDirname=${JSON.stringify(dirname(path))},__threadmillFilename=${JSON.stringify(path)};`
  );
}

async function checkFile(source: string): Promise<void> {
  const extension = extname(source);
  const found = await stat(source).catch(() => null);
  if (found === null || !found.isFile()) {
    throw new ThreadmillError('workload-missing', `there is no workload file ${source}`, {
      advice: 'Give --workload the path of a file that exports a workload; see examples/.',
    });
  }
  if (!WORKLOAD_EXTENSIONS.includes(extension)) {
    throw new ThreadmillError(
      'workload-invalid',
      `${source} is not a workload file: its name must end in ${WORKLOAD_EXTENSIONS.join(', ')}`,
    );
  }
}

/** Packages become imports of absolute files; only the workload's own files are bundled. */
const pinPackages: Plugin = {
  name: 'pin-packages',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^[^./#]/ }, async (args: OnResolveArgs) => {
      if (args.pluginData === 'resolving' || args.kind === 'entry-point') return undefined;
      if (isBuiltin(args.path) || args.path.startsWith('file:')) return { path: args.path, external: true };
      if (args.path === 'threadmill') {
        if (args.kind === 'require-call') return { path: 'threadmill', namespace: OWN_FOR_REQUIRE };
        return { path: ownEntry(), external: true };
      }
      const { importer, resolveDir, kind } = args;
      const found = await pluginBuild.resolve(args.path, {
        importer,
        resolveDir,
        kind,
        pluginData: 'resolving',
      });
      if (found.errors.length > 0) return { errors: found.errors };
      // A path alias or a linked workspace package is the user's own code: bundled, and mapped in profiles.
      if (found.external || !/[\\/]node_modules[\\/]/.test(found.path)) return found;
      return {
        path:
          kind === 'require-call' || kind === 'require-resolve' ? found.path : pathToFileURL(found.path).href,
        external: true,
      };
    });
    pluginBuild.onLoad({ filter: /.*/, namespace: OWN_FOR_REQUIRE }, () => ({
      contents: `export * from ${JSON.stringify(ownEntry())};`,
    }));
  },
};

/** `import.meta.url`, `__dirname` and the like keep meaning the file they stand in, not the bundle. */
const keepLocations: Plugin = {
  name: 'keep-locations',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!/import\.meta|__dirname|__filename/.test(text)) return undefined;
      // On the first line, so that every other line keeps its number; a #! line must stay the first.
      const at = text.startsWith('#!') ? text.indexOf('\n') + 1 : 0;
      return {
        contents: text.slice(0, at) + locationNames(path) + text.slice(at),
        loader: extname(path).replace(/^\.[cm]?/, '') as Loader,
        resolveDir: dirname(path),
      };
    });
  },
};

/** The compiled public module, also when this runs from source: threads load plain JavaScript only. */
const ownEntry = (): string => import.meta.resolve('threadmill');

function asSyntaxError(thrown: unknown, source: string): unknown {
  if (typeof thrown !== 'object' || thrown === null || !('errors' in thrown)) return thrown;
  const first = (thrown as BuildFailure).errors[0];
  if (first === undefined) return thrown;
  const { location, text } = first;
  const file = location === null ? source : join(process.cwd(), location.file);
  const shown = relative(process.cwd(), file).startsWith('..') ? file : relative(process.cwd(), file);
  const at = location === null ? shown : `${shown}:${location.line}:${location.column + 1}`;
  const line = location === null || location.lineText === '' ? '' : `\n    ${location.lineText.trim()}`;
  return new ThreadmillError('workload-syntax', `the workload can't be bundled: ${at}: ${text}${line}`, {
    advice: 'Fix that line, or install the package that it names.',
    cause: thrown,
  });
}
