import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { clockResolutionNs, createClock } from '../measurement/clock.ts';
import type { Environment } from '../types/run-record.ts';

/** What shapes the figures besides this program. */
const PACKAGES = ['undici', 'piscina', '0x', 'clinic'];

export function readEnvironment(): Environment {
  const processors = cpus();
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: platform(),
    arch: arch(),
    release: release(),
    cpuModel: processors[0]?.model.trim() ?? 'unknown',
    cpus: processors.length,
    memoryBytes: totalmem(),
    loadAverage: loadavg()[0] ?? 0,
    clock: 'performance.now() aligned to process.hrtime()',
    clockResolutionNs: clockResolutionNs(createClock()),
    packages: Object.fromEntries(PACKAGES.map((name) => [name, packageVersion(name)])),
  };
}

/** This package's own version. */
export function threadmillVersion(): string {
  return versionAbove(import.meta.dirname) ?? 'unknown';
}

function packageVersion(name: string): string {
  try {
    return versionAbove(dirname(createRequire(import.meta.url).resolve(name)), name) ?? 'unknown';
  } catch {
    return 'not installed';
  }
}

/** Version in the nearest package.json upwards (of that name): not every package exports its own. */
function versionAbove(folder: string, name = 'threadmill'): string | null {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const found = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (found.name === name) return found.version ?? null;
    } catch {
      // No package.json here: further up.
    }
    if (dirname(at) === at) return null;
  }
}
