import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Availability } from './capture.ts';

export interface ToolPackage {
  readonly version: string;
  /** Absolute path of its command's script. */
  readonly bin: string;
}

/** Where a tool is installed; null if it is not, or can't be read. */
export function findTool(name: '0x' | 'clinic'): ToolPackage | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { version, bin } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      version: string;
      bin: string | Record<string, string>;
    };
    const script = typeof bin === 'string' ? bin : bin[name];
    return script === undefined ? null : { version, bin: join(dirname(manifest), script) };
  } catch {
    return null;
  }
}

export function availabilityOf(name: '0x' | 'clinic'): Availability {
  const tool = findTool(name);
  if (tool !== null) return { available: true, version: tool.version };
  return {
    available: false,
    reason: `the package ${name} is not installed`,
    advice: `Install it where Threadmill is installed: npm install ${name}`,
  };
}
