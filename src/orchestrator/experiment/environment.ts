import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { CLIENT_PACKAGES } from '../../core/clients.ts';
import type { Environment } from '../../core/documents/run-record.ts';
import { POOL_LIBRARIES } from '../../core/variants.ts';
import { measureBackgroundLoad } from '../../engine/measurement/background-load.ts';
import { clockAnchor, clockResolutionNs, createClock } from '../../engine/measurement/clock.ts';
import { readCpuAllowance } from '../../engine/measurement/cpu-allowance.ts';

/** What shapes the figures besides this program. */
const PACKAGES = ['undici', ...POOL_LIBRARIES, ...CLIENT_PACKAGES, '0x', 'clinic'];

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

export function threadmillVersion(): string {
  return versionAbove(import.meta.dirname) ?? 'unknown';
}

/** `not installed` for none. */
export function packageVersion(name: string): string {
  // Resolved as Node would, but by folder: not every package exports its package.json.
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const version = versionIn(join(folder, name), name);
    if (version !== null) return version;
  }
  return 'not installed';
}

function versionAbove(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const version = versionIn(at, 'threadmill');
    if (version !== null || dirname(at) === at) return version;
  }
}

function versionIn(folder: string, name: string): string | null {
  try {
    const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name?: string;
      version?: string;
    };
    return found.name === name ? (found.version ?? null) : null;
  } catch {
    return null;
  }
}
