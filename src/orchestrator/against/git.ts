import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ThreadmillError } from '../../core/errors.ts';
import { type CommandResult, runCommand } from './run-command.ts';

const LIMIT_MS = 120_000;
const MAX_NAMED = 5;

/** Reads a git repository. Nothing in it changes, not even its index: a tree is checked out with an index of its own. */
export class Git {
  readonly root: string;
  readonly #signal: AbortSignal;

  private constructor(root: string, signal: AbortSignal) {
    this.root = root;
    this.#signal = signal;
  }

  /** Null where the folder is in no repository, or there is no git. */
  static async around(folder: string, signal: AbortSignal): Promise<Git | null> {
    const { code, stdout } = await git(['rev-parse', '--show-toplevel'], folder, signal);
    return code === 0 ? new Git(stdout.trimEnd(), signal) : null;
  }

  /** The commit that a ref means. @throws ThreadmillError 'version-missing' with the names of existing refs */
  async commitOf(ref: string): Promise<string> {
    const found = await this.#parse(ref);
    if (found !== null) return found;
    const shallow = (await this.#run(['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
    const fetch = shallow ? ' This clone is shallow: fetch more of it first (`git fetch --unshallow`).' : '';
    const remote = `origin/${ref}`;
    const advice =
      (await this.#parse(remote)) === null
        ? `There are: ${await this.#refs()}.`
        : `Did you mean git:${remote}?`;
    throw new ThreadmillError(
      'version-missing',
      `--against git:${ref}: this ref does not exist in ${this.root}`,
      {
        advice: advice + fetch,
      },
    );
  }

  /** What is checked out, and whether files that git knows differ from it; null before the first commit. */
  async head(): Promise<{ readonly commit: string; readonly modified: boolean } | null> {
    const commit = await this.#parse('HEAD');
    if (commit === null) return null;
    const { code, stdout } = await this.#run(['status', '--porcelain', '--untracked-files=no']);
    // Where git cannot tell, the commit alone does not identify the files.
    return { commit, modified: code !== 0 || stdout !== '' };
  }

  async checkOut(commit: string, folder: string): Promise<void> {
    const index = `${folder}.index`;
    await mkdir(folder, { recursive: true });
    try {
      const env = { GIT_INDEX_FILE: index };
      await this.#succeed(['read-tree', commit], env);
      await this.#succeed(['checkout-index', '--all', '--quiet', `--prefix=${join(folder, '/')}`], env);
    } finally {
      await rm(index, { force: true });
    }
  }

  async #parse(ref: string): Promise<string | null> {
    const { code, stdout } = await this.#run([
      ...['rev-parse', '--verify', '--quiet', '--end-of-options'],
      `${ref}^{commit}`,
    ]);
    return code === 0 ? stdout.trim() : null;
  }

  async #refs(): Promise<string> {
    const { stdout } = await this.#run([
      ...['for-each-ref', '--sort=-committerdate', `--count=${MAX_NAMED}`, '--format=%(refname:short)'],
    ]);
    const names = stdout.split('\n').filter((name) => name !== '');
    return names.length === 0 ? 'no branches' : names.join(', ');
  }

  async #succeed(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
    const { code, output } = await this.#run(args, env);
    if (code === 0) return;
    throw new ThreadmillError('version-missing', `git ${args[0]} failed: ${output.trim()}`);
  }

  #run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    return git(args, this.root, this.#signal, env);
  }
}

function git(
  args: readonly string[],
  cwd: string,
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  // Without optional locks `git status` does not rewrite the index.
  return runCommand(['git', ...args], {
    cwd,
    env: { GIT_OPTIONAL_LOCKS: '0', ...env },
    signal,
    limitMs: LIMIT_MS,
  });
}
