import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CaptureTool } from '../../core/captures.ts';
import { ThreadmillError } from '../../core/errors.ts';
import type { Availability } from './capture.ts';

interface ToolPackage {
  readonly version: string;
  /** Absolute path of its command's script. */
  readonly bin: string;
}

/** Where a tool is installed; null if it is not, or can't be read. */
function findTool(name: CaptureTool): ToolPackage | null {
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

export function isInstalled(name: CaptureTool): boolean {
  return findTool(name) !== null;
}

export function availabilityOf(name: CaptureTool): Availability {
  const tool = findTool(name);
  if (tool !== null) return { available: true, version: tool.version };
  return { available: false, reason: missing(name), advice: adviceFor(name) };
}

/** @throws ThreadmillError `capture-failed` where its availability says no. */
export function toolToRun(name: CaptureTool): ToolPackage {
  const tool = findTool(name);
  if (tool !== null) return tool;
  throw new ThreadmillError('capture-failed', `${missing(name)}.`, { advice: adviceFor(name) });
}

function missing(name: CaptureTool): string {
  return `the package ${name} is not installed`;
}

function adviceFor(name: CaptureTool): string {
  return `Install it where Threadmill is installed: npm install ${name}`;
}
