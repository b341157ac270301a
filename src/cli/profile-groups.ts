import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { threadLabel } from '../core/documents/v8-profiles.ts';
import { ThreadmillError } from '../core/errors.ts';
import { formatPlural } from '../core/format.ts';
import type { ThreadFile } from '../orchestrator/captures/imported-profile.ts';
import { isFolder } from './export-output.ts';

/** The profiles of one process, one of each thread. */
interface ProfileGroup {
  /** For people: the file, or what its files have in common. */
  readonly name: string;
  /** Of a file that is made of them. */
  readonly stem: string;
  readonly files: readonly ThreadFile[];
}

interface Found {
  readonly path: string;
  /** The same for all threads of a process; null where the name does not tell. */
  readonly process: string | null;
  readonly thread: number | null;
  readonly group: string;
}

/** `CPU.<date>.<time>.<pid>.<thread>.<number>.cpuprofile`, as `node --cpu-prof` names them. */
const BY_NODE = /^CPU\.\d+\.\d+\.(\d+)\.(\d+)\.\d+\.cpuprofile$/;
/** `thread-1.cpuprofile` of a run folder, `<run>.<variant>.thread-1.cpuprofile` of an export. */
const BY_THREADMILL = /^(.*?)\.?thread-(\d+)\.cpuprofile$/;

/** Which files are threads of one process, by names and folders: one group, or two to compare. @throws 'usage' for more */
export function profileGroups(given: readonly string[]): ProfileGroup[] {
  const groups = given.some(isFolder) ? given.map(folderGroup) : fileGroups(given.map(found));
  if (groups.length > 2) throw tooMany(`the profiles are of ${groups.length} processes`);
  return distinctNames(groups).map(({ name, files }) => ({
    name,
    stem: stemOf(name, files.length),
    files: threads(files),
  }));
}

interface Named {
  readonly name: string;
  readonly files: readonly Found[];
}

function folderGroup(path: string): Named {
  if (!isFolder(path)) return { name: path, files: [found(path)] };
  const files = readdirSync(path)
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .map((name) => found(join(path, name)));
  if (files.length === 0) {
    throw new ThreadmillError('run-unreadable', `${path} holds no .cpuprofile`, {
      advice: 'Name a folder with the profiles of one process, as `node --cpu-prof` writes them.',
    });
  }
  const processes = new Set(files.map(({ process }) => process));
  if (processes.size > 1) throw tooMany(`${path} holds profiles of ${processes.size} processes`);
  return { name: path, files };
}

function fileGroups(files: readonly Found[]): Named[] {
  const byProcess = new Map<string, Found[]>();
  for (const file of files) {
    const key = file.process ?? file.path;
    byProcess.set(key, [...(byProcess.get(key) ?? []), file]);
  }
  const groups = [...byProcess.values()].map((each): Named => {
    const { path, group } = each[0]!;
    return { name: each.length === 1 ? path : group, files: each };
  });
  return groups.length > 2 && files.every(({ process }) => process === null)
    ? [{ name: files[0]!.path, files }]
    : groups;
}

function found(path: string): Found {
  const name = basename(path);
  const folder = dirname(resolve(path));
  const [, pid, thread] = BY_NODE.exec(name) ?? [];
  if (pid !== undefined) return { path, process: `${folder} ${pid}`, thread: Number(thread), group: path };
  const [, prefix, number] = BY_THREADMILL.exec(name) ?? [];
  if (prefix !== undefined) {
    const group = prefix === '' ? variantFolder(folder) : join(folder, prefix);
    return { path, process: group, thread: Number(number), group };
  }
  return { path, process: null, thread: null, group: path };
}

/** In a run folder the profiles of a variant are in `<variant>/threads`. */
function variantFolder(folder: string): string {
  return basename(folder) === 'threads' ? dirname(folder) : folder;
}

function threads(files: readonly Found[]): ThreadFile[] {
  return files
    .map(({ path, thread }, index) => ({
      file: path,
      thread: thread ?? index,
      label: thread === null ? basename(path).replace(/\.cpuprofile$/i, '') : threadLabel(thread),
    }))
    .sort((a, b) => a.thread - b.thread);
}

/** Names with as many parent folders as it takes to be unique. */
function distinctNames(groups: readonly Named[]): Named[] {
  let names = groups.map(({ name }) => basename(resolve(name)));
  for (
    let rest = groups.map(({ name }) => dirname(resolve(name)));
    names[0] === names[1];
    rest = rest.map((dir) => dirname(dir))
  ) {
    if (rest.every((folder) => dirname(folder) === folder)) break;
    names = names.map((name, index) => `${basename(rest[index]!)}/${name}`);
  }
  return groups.map(({ files }, index) => ({ name: nameOf(names[index]!, files.length), files }));
}

function nameOf(name: string, files: number): string {
  const [, pid] = BY_NODE.exec(basename(name)) ?? [];
  if (files === 1) return name;
  return `${pid === undefined ? name : `process ${pid}`} (${formatPlural(files, 'thread')})`;
}

/** File systems take names of up to 255 bytes. */
const LONGEST_STEM = 100;

function stemOf(name: string, files: number): string {
  const bare = files === 1 ? name : name.replace(/ \([\d,]+ threads\)$/, '');
  return bare
    .replace(/\.cpuprofile$/i, '')
    .replaceAll(/[/ ]/g, '-')
    .slice(-LONGEST_STEM);
}

function tooMany(what: string): ThreadmillError {
  return new ThreadmillError('usage', `--cpuprofile: ${what}`, {
    advice: 'Give those of one process, or of two to see what differs.',
  });
}
