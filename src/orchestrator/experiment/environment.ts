import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { CLIENT_PACKAGES } from '../../core/clients.ts';
import type { Environment } from '../../core/documents/run-record.ts';
import { packageVersion } from '../../core/package-versions.ts';
import { POOL_LIBRARIES } from '../../core/variants.ts';
import { measureBackgroundLoad } from '../../engine/measurement/background-load.ts';
import { clockAnchor, clockResolutionNs, createClock } from '../../engine/measurement/clock.ts';
import { readCpuAllowance } from '../../engine/measurement/cpu-allowance.ts';

/** What shapes the figures besides this program. */
const PACKAGES = ['undici', ...POOL_LIBRARIES, ...CLIENT_PACKAGES, 'bullmq', 'ioredis', '0x', 'clinic'];

/** Long enough for the kernel's 10 ms ticks to mean something, short enough not to be noticed. */
const BACKGROUND_SPAN_MS = 300;

export async function readEnvironment(): Promise<Environment> {
  const { ids, ...allowance } = readCpuAllowance();
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: platform(),
    arch: arch(),
    release: release(),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    ...allowance,
    memoryBytes: totalmem(),
    loadAverage: loadavg()[0] ?? 0,
    backgroundLoad: await measureBackgroundLoad(BACKGROUND_SPAN_MS, ids),
    clock: 'performance.now() aligned to process.hrtime()',
    clockResolutionNs: clockResolutionNs(createClock()),
    clockAnchor: clockAnchor(),
    packages: Object.fromEntries(PACKAGES.map((name) => [name, packageVersion(name)])),
  };
}
