import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CaptureTool } from '../../core/captures.ts';
import { ThreadmillError } from '../../core/errors.ts';

/** Absolute path of a tool's script; null if it is not installed, or can't be read. */
function findTool(name: CaptureTool): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      bin: string | Record<string, string>;
    };
    const script = typeof bin === 'string' ? bin : bin[name];
    return script === undefined ? null : join(dirname(manifest), script);
  } catch {
    return null;
  }
}

export function isInstalled(name: CaptureTool): boolean {
  return findTool(name) !== null;
}

/** @throws ThreadmillError `capture-failed` where it is not installed. */
export function toolToRun(name: CaptureTool): string {
  const tool = findTool(name);
  if (tool !== null) return tool;
  throw new ThreadmillError('capture-failed', `the package ${name} is not installed`, {
    advice: `Install it where Threadmill is installed: npm install ${name}`,
  });
}
