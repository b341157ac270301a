import { readFile, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { TraceMap } from '@jridgewell/trace-mapping';
import { pathOfUrl } from '../../profile/frame-path.ts';
import type { SourceMaps } from '../../profile/map-frames.ts';

/** Larger scripts and maps are left alone, bytes: mapping them would take longer than it helps. */
const MAX_BYTES = 64 * 1024 * 1024;
const COMMENT = /^[ \t]*\/\/[#@] sourceMappingURL=(\S+)[ \t]*$/gm;
const INLINE = /^data:application\/json[^,]*?(;base64)?,/;

/** Source maps of scripts by their URL, inline or beside them, never from the network. Unreadable ones count as none. */
export async function loadSourceMaps(
  urls: Iterable<string>,
  log: (message: string, data: Readonly<Record<string, unknown>>) => void,
): Promise<SourceMaps> {
  const maps = new Map<string, TraceMap>();
  for (const url of new Set(urls)) {
    try {
      const map = await loadMap(url);
      if (map !== null) maps.set(url, map);
    } catch (error) {
      log('source map left out', { url, error: String(error) });
    }
  }
  return (url) => maps.get(url) ?? null;
}

async function loadMap(url: string): Promise<TraceMap | null> {
  const path = pathOfUrl(url);
  if (path === null) return null;
  const code = await readBounded(path);
  const address = code === null ? null : mapAddress(code);
  if (address === null) return null;
  const script = pathToFileURL(path);
  const inline = INLINE.exec(address);
  if (inline !== null) {
    const data = address.slice(inline[0].length);
    const json =
      inline[1] === undefined ? decodeURIComponent(data) : Buffer.from(data, 'base64').toString('utf8');
    return new TraceMap(json, script.href);
  }
  const file = new URL(address, script);
  if (file.protocol !== 'file:') return null;
  const json = await readBounded(file);
  return json === null ? null : new TraceMap(json, file.href);
}

/** The last such comment counts: an earlier one may be part of a string. */
function mapAddress(code: string): string | null {
  let address: string | null = null;
  for (const match of code.matchAll(COMMENT)) address = match[1]!;
  return address;
}

/** A profile may name any path as its script: reading a device or a pipe would never end. */
async function readBounded(file: string | URL): Promise<string | null> {
  const found = await stat(file);
  return !found.isFile() || found.size > MAX_BYTES ? null : readFile(file, 'utf8');
}
