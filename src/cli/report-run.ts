import type { RunRecord } from '../core/documents/run-record.ts';
import { messageOf } from '../core/errors.ts';
import { isSweepLive } from '../store/list-folders.ts';
import { isLive } from '../store/liveness.ts';
import { type Reported, resolveReported } from '../store/resolve-run.ts';
import { showPage } from './open-page.ts';
import { type Published, publishRecording, publishRun, publishSweep } from './publish.ts';
import { complaintText } from './report-error.ts';

export async function reportRun(outDir: string, run: string | undefined, open: boolean): Promise<void> {
  const { report, problems } = await publish(await resolveReported(outDir, run));
  if (report === null) throw problems[0]?.thrown;
  for (const { what, thrown } of problems) {
    const message = `${what} could not be written: ${messageOf(thrown)}`;
    process.stderr.write(complaintText({ message, advice: null }));
  }
  await showPage(report, open);
}

/** Who was killed with SIGKILL, or by a power cut, could not write that down: it is done here. */
async function publish(found: Reported): Promise<Published> {
  if (found.kind === 'recording') return publishRecording(found.folder, await found.folder.readRecord());
  if (found.kind === 'sweep') {
    const record = await found.folder.readRecord();
    if (record.status === 'running' && !isSweepLive(record)) {
      await found.folder.writeRecord({ ...record, status: 'stopped' });
    }
    return publishSweep(found.folder);
  }
  const record = await found.folder.readRecord();
  const isKilled = record.status === 'running' && !isLive(record);
  const ended: RunRecord = isKilled ? { ...record, status: 'aborted' } : record;
  if (isKilled) await found.folder.writeRecord(ended);
  return publishRun(found.folder, ended);
}
