import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { ThreadmillError } from '../../core/errors.ts';
import { runCommand } from './run-command.ts';

const INSTALL_LIMIT_MS = 15 * 60_000;
const OUTPUT_LINES = 5;

/** Lockfiles, and what installs by each. Yarn 2 and later have another option than the first. */
const MANAGERS: readonly (readonly [
  lockfile: string,
  command: (text: string) => readonly [string, ...string[]],
])[] = [
  ['package-lock.json', () => ['npm', 'ci', '--no-audit', '--no-fund']],
  ['npm-shrinkwrap.json', () => ['npm', 'ci', '--no-audit', '--no-fund']],
  ['pnpm-lock.yaml', () => ['pnpm', 'install', '--frozen-lockfile']],
  [
    'yarn.lock',
    (text) => ['yarn', 'install', text.includes('__metadata:') ? '--immutable' : '--frozen-lockfile'],
  ],
  ['bun.lock', () => ['bun', 'install', '--frozen-lockfile']],
  ['bun.lockb', () => ['bun', 'install', '--frozen-lockfile']],
];

/** Where the packages of another version of a project come from. */
type PackagePlan =
  /** It has none, or they are among its files. */
  | { readonly kind: 'own' }
  /** Of the checkout, whose lockfile is the same; `folders`: those with packages, relative to the root. */
  | { readonly kind: 'linked'; readonly folders: readonly string[] }
  /** By its lockfile, whose text `lock` is, in `folder`, relative to the root. */
  | {
      readonly kind: 'installed';
      readonly folder: string;
      readonly lock: string;
      readonly command: readonly [string, ...string[]];
    };

/** @param tree root of the other version, @param checkout of the user's own @throws ThreadmillError 'version-missing' */
export async function planPackages(tree: string, checkout: string, workload: string): Promise<PackagePlan> {
  const above = foldersAbove(workload);
  for (const folder of above) {
    for (const [name, command] of MANAGERS) {
      const lock = await textOf(join(tree, folder, name));
      if (lock === null) continue;
      const same = lock === (await textOf(join(checkout, folder, name)));
      if (same && existsSync(join(checkout, folder, 'node_modules'))) {
        return { kind: 'linked', folders: await packageFolders(tree, checkout, folder) };
      }
      return { kind: 'installed', folder, lock, command: command(lock) };
    }
  }
  const folder = above.find((each) => existsSync(join(tree, each, 'package.json')));
  if (folder === undefined) return { kind: 'own' };
  const [ours, theirs] = [
    await dependenciesOf(join(checkout, folder)),
    await dependenciesOf(join(tree, folder)),
  ];
  if (theirs === '[]') return { kind: 'own' };
  if (ours === theirs) return { kind: 'linked', folders: await packageFolders(tree, checkout, folder) };
  throw new ThreadmillError(
    'version-missing',
    `the other version has no lockfile, and other dependencies than ${join(checkout, folder)}`,
    { advice: 'Install it in a folder of its own, and name that: --against <folder>.' },
  );
}

/** Links `node_modules` entry by entry to the checkout's; workspace packages lead to the other version's own files. */
export async function linkPackages(
  tree: string,
  checkout: string,
  folders: readonly string[],
): Promise<void> {
  const root = await realpath(checkout);
  for (const folder of folders) {
    await linkEntries(join(checkout, folder, 'node_modules'), join(tree, folder, 'node_modules'), {
      root,
      tree,
    });
  }
}

async function linkEntries(
  from: string,
  to: string,
  place: { readonly root: string; readonly tree: string },
): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    // `.bin`, `.pnpm`, caches: what is found through an entry is found from its real place.
    if (entry.name.startsWith('.')) continue;
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.name.startsWith('@') && entry.isDirectory()) {
      await linkEntries(source, target, place);
      continue;
    }
    const real = await realpath(source).catch(() => null);
    if (real === null) continue;
    const within = relative(place.root, real);
    const isOwn = !within.startsWith('..') && !within.split(sep).includes('node_modules');
    await symlink(isOwn ? join(place.tree, within) : real, target);
  }
}

/** @throws ThreadmillError 'version-missing' with the last lines that it printed; or 'aborted' */
export async function installPackages(
  tree: string,
  { folder, command }: Extract<PackagePlan, { kind: 'installed' }>,
  signal: AbortSignal,
): Promise<void> {
  const cwd = join(tree, folder);
  const { code, output } = await runCommand(command, { cwd, signal, limitMs: INSTALL_LIMIT_MS });
  if (code === 0) return;
  const [program] = command;
  if (code === 127) {
    throw new ThreadmillError(
      'version-missing',
      `the other version is installed by ${program}, which is not on the PATH`,
      { advice: `Install ${program}; or install that version in a folder, and name it: --against <folder>.` },
    );
  }
  const last = output.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n    ');
  const how = code === null ? 'was killed' : `ended with exit code ${code}`;
  throw new ThreadmillError('version-missing', `\`${command.join(' ')}\` ${how}:\n    ${last}`, {
    advice: 'Install that version in a folder of its own, and name it: --against <folder>.',
  });
}

/** From the folder of the file up to the root, which is ''. */
function foldersAbove(file: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(file); ; at = dirname(at)) {
    folders.push(at === '.' ? '' : at);
    if (at === '.' || at === dirname(at)) return folders;
  }
}

/** Folders of the tree, `folder` and those in it, where the checkout has packages and the tree has none. */
async function packageFolders(tree: string, checkout: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(tree, folder), { withFileTypes: true });
  const here =
    existsSync(join(checkout, folder, 'node_modules')) && !existsSync(join(tree, folder, 'node_modules'));
  const below = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      .map((entry) => packageFolders(tree, checkout, join(folder, entry.name))),
  );
  return [...(here ? [folder] : []), ...below.flat()];
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'latin1').catch(() => null);
}

/** As text that is the same for the same dependencies; `[]` for none. */
async function dependenciesOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  let parsed: Record<string, Record<string, string> | undefined>;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    parsed = {};
  }
  const all = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap(
    (kind) => Object.entries(parsed[kind] ?? {}).map(([name, version]) => `${kind} ${name} ${version}`),
  );
  return JSON.stringify(all.sort());
}
