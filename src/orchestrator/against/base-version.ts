import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { AgainstOptions, AgainstRequest, VersionRecord } from '../../core/documents/against.ts';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { flagOf, optionText } from '../../core/options.ts';
import { redactText } from '../../core/redaction.ts';
import { isFile } from '../../store/exists.ts';
import { builtInWorkload, type VersionSource } from '../experiment/prepare.ts';
import { versionsOf } from '../experiment/record.ts';
import { type NodeLaunch, THIS_NODE } from '../experiment/runner-process.ts';
import { Git } from './git.ts';
import { installPackages, linkPackages, planPackages } from './packages.ts';
import { cachedTree } from './tree-cache.ts';

/** The base of `--against`: where it is, and its name in outputs. */
interface BaseVersion {
  readonly source: VersionSource;
  readonly version: VersionRecord;
}

interface Found {
  readonly file: string;
  readonly displayRoot: string;
  readonly label: string;
  readonly commit: string | null;
  readonly modified: boolean | null;
  readonly packages: VersionRecord['packages'];
}

const GIT = 'git:';

/**
 * Finds the base. What it lacks is made in `scratch` or the user's cache; the user's checkout is not changed.
 *
 * @param scratch a folder that is there, for this version alone; gone after the run
 * @throws ThreadmillError 'version-missing', 'workload-missing' or 'usage' that names the version; or 'aborted'
 */
export async function findBase(
  request: ExperimentRequest,
  against: AgainstRequest,
  scratch: string,
  signal: AbortSignal,
): Promise<BaseVersion> {
  const { node, env, options, what } = against;
  const launch: NodeLaunch = { execPath: node ?? THIS_NODE.execPath, env };
  await versionsOf(launch);
  const found = await find(request, what, scratch, signal);
  return {
    source: {
      scratch,
      source: found.file,
      shownAs: `${found.label}${what === null ? '' : `: ${relative(found.displayRoot, found.file)}`}`,
      displayRoot: found.displayRoot,
      launch,
    },
    version: {
      label: redactText(found.label),
      commit: found.commit,
      modified: found.modified,
      packages: found.packages,
      settings: settingsOf(options, against),
    },
  };
}

/** What is checked out around the workload file; null where there is nothing. */
export async function checkedOut(
  { workloadFile }: Pick<ExperimentRequest, 'workloadFile'>,
  signal: AbortSignal,
): Promise<RunRecord['git']> {
  return workloadFile === null ? null : headAround(dirname(workloadFile), signal);
}

/** What the request asks for, with the options of the base. */
export function requestOfBase(request: ExperimentRequest, { options }: AgainstRequest): ExperimentRequest {
  return Object.assign({ ...request }, options);
}

async function find(
  { workloadFile }: ExperimentRequest,
  what: string | null,
  scratch: string,
  signal: AbortSignal,
): Promise<Found> {
  if (what === null) {
    const label = 'this version';
    if (workloadFile !== null) return ofCheckout(workloadFile, label, dirname(workloadFile), signal);
    const file = builtInWorkload();
    return { file, displayRoot: dirname(file), label, commit: null, modified: null, packages: 'own' };
  }
  if (what.startsWith(GIT)) {
    return atRef(what.slice(GIT.length), ownWorkload(workloadFile, what), join(scratch, 'tree'), signal);
  }
  const path = resolve(what);
  const found = await stat(path).catch(() => null);
  if (found === null) {
    throw new ThreadmillError('version-missing', `--against ${what}: this file or folder does not exist`, {
      advice: 'Give another workload file, a folder with another checkout, or git:<ref>.',
    });
  }
  if (found.isFile()) return ofCheckout(path, what, dirname(path), signal);
  const within = await withinProject(ownWorkload(workloadFile, what), signal);
  const file = join(path, within);
  if (!(await isFile(file))) throw notThere(what, within);
  return ofCheckout(file, what, path, signal);
}

async function ofCheckout(
  file: string,
  label: string,
  displayRoot: string,
  signal: AbortSignal,
): Promise<Found> {
  const head = await headAround(dirname(file), signal);
  return {
    file,
    displayRoot,
    label,
    commit: head?.commit ?? null,
    modified: head?.modified ?? null,
    packages: 'own',
  };
}

/** A ref is checked out where nothing of the user's is; packages are linked where they are the same. */
async function atRef(ref: string, workload: string, scratch: string, signal: AbortSignal): Promise<Found> {
  const git = await Git.around(dirname(workload), signal);
  if (git === null) {
    throw new ThreadmillError(
      'version-missing',
      `--against git:${ref}: ${dirname(workload)} is not in a git repository, or git is not installed`,
      { advice: 'Name a folder with another checkout instead.' },
    );
  }
  const commit = await git.commitOf(ref);
  const within = relative(await realpath(git.root), await realpath(workload));
  await git.checkOut(commit, scratch);
  const label = `git:${ref}`;
  if (!(await isFile(join(scratch, within)))) throw notThere(`${label} (${commit.slice(0, 10)})`, within);
  const plan = await planPackages(scratch, git.root, within);
  let tree = scratch;
  if (plan.kind === 'linked') await linkPackages(tree, git.root, plan.folders);
  if (plan.kind === 'installed') {
    tree = await cachedTree(commit, [git.root, plan.folder, plan.lock], async (folder) => {
      const fresh = join(folder, 'tree');
      await git.checkOut(commit, fresh);
      await installPackages(fresh, plan, signal);
    });
    tree = join(tree, 'tree');
  }
  return {
    file: join(tree, within),
    displayRoot: tree,
    label,
    commit,
    modified: false,
    packages: plan.kind,
  };
}

function ownWorkload(workloadFile: string | null, what: string): string {
  if (workloadFile !== null) return workloadFile;
  throw new ThreadmillError('usage', `--against ${what}: needs --workload`, {
    advice:
      'Give the workload file to compare; the built-in workload is part of Threadmill, not of your code.',
  });
}

/** Path of the workload from the top of its repository, or without one from the working folder. */
async function withinProject(workload: string, signal: AbortSignal): Promise<string> {
  const git = await Git.around(dirname(workload), signal);
  const root = git === null ? process.cwd() : await realpath(git.root);
  return relative(root, await realpath(workload));
}

async function headAround(folder: string, signal: AbortSignal): Promise<RunRecord['git']> {
  return (await (await Git.around(folder, signal))?.head()) ?? null;
}

function notThere(what: string, within: string): ThreadmillError {
  return new ThreadmillError('workload-missing', `there is no ${within} in ${what}`, {
    advice: 'A workload that is new has no base yet; name its file there: --against <file>.',
  });
}

function settingsOf(options: AgainstOptions, { node, env }: AgainstRequest): VersionRecord['settings'] {
  return [
    ...(Object.keys(options) as (keyof AgainstOptions)[]).map((name) => ({
      name: flagOf(name),
      value: optionText(name, options[name]) ?? String(options[name]),
    })),
    ...(node === null ? [] : [{ name: 'node', value: node }]),
    ...Object.entries(env).map(([name, value]) => ({
      name,
      value: redactText(`${name}=${value}`).slice(name.length + 1),
    })),
  ];
}
