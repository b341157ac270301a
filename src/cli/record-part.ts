import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { ThreadmillError } from '../core/errors.ts';
import { formatCount } from '../core/format.ts';
import { DEFAULT_OUT, LIMITS } from '../core/limits.ts';
import type { FinishedRecording, RecordingOptions } from '../engine/recorder/config.ts';
import type * as Recorder from '../engine/recorder/preload.ts';
import { refused } from '../orchestrator/record/attach.ts';
import { OpenRecording } from '../orchestrator/record/open-recording.ts';
import { BEGIN_MS, notBegun } from '../orchestrator/record/record.ts';
import { publishRecording } from './publish.ts';

const POLL_MS = 5;

export async function recordPart({
  name,
  out = DEFAULT_OUT,
  intervalMs = 1,
  stallMs = 50,
  waits = true,
  heap = false,
}: RecordingOptions): Promise<() => Promise<FinishedRecording>> {
  const { least, most } = LIMITS.recordedIntervalMs;
  checkNumber('intervalMs', intervalMs, least, most);
  checkNumber('stallMs', stallMs, LIMITS.stallMs, LIMITS.timeMs);
  const open = await OpenRecording.create({
    ...{
      argv: ['record'],
      out,
      name: name ?? null,
      intervalUs: Math.round(intervalMs * 1_000),
      stallMs,
      waits,
      heap,
    },
    ...{ delayMs: null, durationMs: null, include: [], exclude: [], gates: [], toggle: false },
  });
  const config = open.config();
  const recorder = createRequire(import.meta.url)(config.preload) as typeof Recorder;
  try {
    const refusal = recorder.start(config);
    if (refusal !== null) throw refused(refusal);
    for (const end = performance.now() + BEGIN_MS; !recorder.isRunning(); await sleep(POLL_MS)) {
      if (performance.now() > end) throw notBegun();
    }
  } catch (thrown) {
    await open.discard();
    throw thrown;
  }
  let finished: Promise<FinishedRecording> | null = null;
  const finish = async (): Promise<FinishedRecording> => {
    recorder.stop();
    const { recording, folder } = await open.finish(null, null);
    const { report } = await publishRecording(folder, recording!);
    return { dir: folder.dir, report };
  };
  return () => {
    finished ??= finish();
    return finished;
  };
}

function checkNumber(name: string, value: unknown, least: number, most: number): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  const range = `a number from ${least} to ${formatCount(most)}`;
  throw new ThreadmillError('usage', `${name}: ${String(value)} is not ${range}`);
}
