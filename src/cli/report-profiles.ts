import { realpath } from 'node:fs/promises';
import { ThreadmillError } from '../core/errors.ts';
import { redactArguments } from '../core/redaction.ts';
import { importProfiles } from '../orchestrator/captures/imported-profile.ts';
import { renderCompareRecordingsPage } from '../output/pages/compare-recordings/page.ts';
import { renderRecordingPage } from '../output/pages/recording/page.ts';
import { compareRecordingsView } from '../output/view/compare-recordings.ts';
import { recordingView } from '../output/view/recording.ts';
import { showPage } from './open-page.ts';
import { profileGroups } from './profile-groups.ts';
import { type PagePlace, pageTarget, writePage } from './write-page.ts';

/** Draws the profiles of one process that were made elsewhere, or of two processes and what differs. */
export async function reportProfiles(
  files: readonly string[],
  jobs: readonly number[] | null,
  place: PagePlace,
  open: boolean,
): Promise<void> {
  const groups = profileGroups(files);
  const counts = jobs === null ? null : jobsOf(jobs, groups.length);
  await refuseTwice(groups.flatMap((group) => group.files.map(({ file }) => file)));
  const target = pageTarget('profiles', `${groups.map(({ stem }) => stem).join('-')}.html`, '.', place);
  const again = ['--cpuprofile', ...files, ...(counts === null ? [] : ['--jobs', counts.join(',')])];
  const command = `threadmill report ${redactArguments(again)}`;
  const loaded = await importProfiles(groups, command);
  const [one, other] = loaded.map((each, index) => recordingView(each, counts?.[index] ?? null));
  await writePage(
    target,
    other === undefined
      ? renderRecordingPage(one!)
      : renderCompareRecordingsPage(compareRecordingsView(one!, other), command),
  );
  await showPage(target, open);
}

function jobsOf(jobs: readonly number[], profiles: number): number[] {
  if (jobs.length === 1) return Array.from({ length: profiles }, () => jobs[0]!);
  if (jobs.length === profiles) return [...jobs];
  throw new ThreadmillError(
    'usage',
    `--jobs: ${jobs.length} numbers for ${profiles === 1 ? 'one profile' : 'two'}`,
    {
      advice: 'Give one for all, or one for each.',
    },
  );
}

async function refuseTwice(paths: readonly string[]): Promise<void> {
  const real = await Promise.all(paths.map((file) => realpath(file).catch(() => file)));
  const twice = real.find((path, index) => real.indexOf(path) !== index);
  if (twice === undefined) return;
  throw new ThreadmillError('usage', `--cpuprofile: ${twice} is given twice`, {
    advice: 'Give each file once; to compare two profiles the earlier one first.',
  });
}
