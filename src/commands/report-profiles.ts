import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { readForeignProfile } from '../capture/foreign-profile.ts';
import { ThreadmillError } from '../errors.ts';
import { redactArguments } from '../redaction.ts';
import { renderProfilePage } from '../report/profile-page/page.ts';
import { profilePageView } from '../report/profile-page/view.ts';
import type { ForeignProfile } from '../types/foreign-profile.ts';
import { showPage } from './open-page.ts';
import { type PagePlace, pageTarget, writePage } from './write-page.ts';

/** Draws one profile that was made elsewhere, or two and what differs. */
export async function reportProfiles(
  files: readonly string[],
  jobs: readonly number[] | null,
  place: PagePlace,
  open: boolean,
): Promise<void> {
  if (files.length > 2) {
    throw new ThreadmillError('usage', `--cpuprofile: there are ${files.length} files`, {
      advice: 'Give one profile, or two to see what differs.',
    });
  }
  const counts = jobs === null ? null : jobsOf(jobs, files.length);
  const paths = files.map((file) => resolve(file));
  const names = namesOf(paths);
  await refuseTwice(paths);
  const target = pageTarget('profiles', `${names.map(stemOf).join('-')}.html`, '.', place);
  // One after another: of each only the call tree is kept.
  const profiles: ForeignProfile[] = [];
  for (const [index, file] of files.entries()) profiles.push(await readForeignProfile(file, names[index]!));
  const again = ['--cpuprofile', ...files, ...(counts === null ? [] : ['--jobs', counts.join(',')])];
  const command = `threadmill report ${redactArguments(again)}`;
  await writePage(target, renderProfilePage(profilePageView(profiles, counts, command)));
  await showPage(target, open);
}

function jobsOf(jobs: readonly number[], files: number): number[] {
  if (jobs.length === 1) return Array.from({ length: files }, () => jobs[0]!);
  if (jobs.length === files) return [...jobs];
  throw new ThreadmillError(
    'usage',
    `--jobs: ${jobs.length} numbers for ${files === 1 ? 'one profile' : 'two'}`,
    {
      advice: 'Give one for all, or one for each.',
    },
  );
}

/** Of the files, with so many of their folders that two are told apart. */
function namesOf(paths: readonly string[]): string[] {
  let names = paths.map((file) => basename(file));
  for (
    let rest = paths.map((file) => dirname(file));
    names[0] === names[1];
    rest = rest.map((dir) => dirname(dir))
  ) {
    if (rest.every((folder) => dirname(folder) === folder)) break;
    names = names.map((name, index) => `${basename(rest[index]!)}/${name}`);
  }
  return names;
}

/** File systems take names of up to 255 bytes. */
const LONGEST_STEM = 100;

function stemOf(name: string): string {
  return name
    .replace(/\.cpuprofile$/i, '')
    .replaceAll('/', '-')
    .slice(-LONGEST_STEM);
}

async function refuseTwice(paths: readonly string[]): Promise<void> {
  const [a, b] = await Promise.all(paths.map((file) => realpath(file).catch(() => file)));
  if (a === undefined || a !== b) return;
  throw new ThreadmillError('usage', '--cpuprofile: both are the same file', {
    advice: 'Give two profiles, the earlier one first, or only one.',
  });
}
