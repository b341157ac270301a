/**
 * What a job costs in memory: the runner's peak resident set for a plan of a million jobs against that for ten
 * thousand, each in a fresh runner. The plan, the rows and their statistics are all in it.
 *
 *   make memory
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { bundleWorkload } from '../../src/workload/bundle.ts';
import { startBareRunner } from './bare-runner.ts';

const MB = 1e6;
const LIMIT_MB = 150;
const PLANS = [10_000, 1_000_000];

const scratch = mkdtempSync(join(tmpdir(), 'threadmill-memory-'));
const server = await startEmbeddedServer({ seed: 1, keepAlive: true });
try {
  const workload = fileURLToPath(new URL('zero-latency.workload.mjs', import.meta.url));
  await bundleWorkload(workload, join(scratch, 'workload.js'));
  const peaks: number[] = [];
  for (const jobs of PLANS) {
    const options = {
      variant: 'event-loop',
      scratch,
      baseUrl: server.url,
      concurrency: 64,
      workers: 2,
    } as const;
    const { runner } = await startBareRunner({ ...options, jobs });
    const result = await runner.runTrial({ round: 1, order: 0, rowsTrial: 0, traced: false });
    await runner.close();
    if (result.type !== 'done' || result.trial.outcomes.ok !== jobs) throw new Error(JSON.stringify(result));
    const peak = (result.trial.peakRssBytes ?? Number.NaN) / MB;
    peaks.push(peak);
    console.log(
      `${jobs} jobs: ${peak.toFixed(0)} MB peak, ${((result.trial.wallMs ?? 0) / 1000).toFixed(1)} s`,
    );
  }
  const growth = peaks[1]! - peaks[0]!;
  console.log(
    `growth ${growth.toFixed(0)} MB, limit ${LIMIT_MB} MB ${growth <= LIMIT_MB ? 'held' : 'MISSED'}`,
  );
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
