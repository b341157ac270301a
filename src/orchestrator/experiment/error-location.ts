import { originalPositionFor } from '@jridgewell/trace-mapping';
import type { ErrorData } from '../../core/errors.ts';
import { redactText } from '../../core/redaction.ts';
import { pathOfUrl } from '../../profile/frame-path.ts';
import { loadSourceMaps } from '../captures/source-maps.ts';

export function errorLocation({ stack }: ErrorData): string {
  // The first line that is not Node's own.
  const at = stack?.split('\n').find((line) => /^\s+at /.test(line) && !line.includes('node:'));
  return at === undefined ? '' : `\n  ${redactText(at.trim())}`;
}

const FRAME = /(file:\/\/[^\s()]+):(\d+):(\d+)/;

/** The same of an error thrown without source maps: the place in the bundle becomes the one in the user's file. */
export async function placeInSource(error: ErrorData): Promise<string> {
  const place = errorLocation(error);
  const [whole, url, line, column] = FRAME.exec(place) ?? [];
  if (whole === undefined || url === undefined) return place;
  const map = (await loadSourceMaps([url], () => {}))(url);
  if (map === null) return place;
  const found = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
  if (found.source === null) return place;
  const file = pathOfUrl(found.source) ?? found.source;
  return place.replace(whole, () => redactText(`${file}:${found.line}:${found.column + 1}`));
}
