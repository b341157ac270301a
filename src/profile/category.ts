import type { FrameCategory } from '../core/documents/flame.ts';
import type { CallFrame } from '../core/documents/v8-profiles.ts';
import { isWithin, packageOfPath, pathOfUrl, withoutTrailingSlash } from './frame-path.ts';

/** Time that a recorder has no samples of. */
export const NOT_RECORDED = '(not recorded)';

export interface CategoryOptions {
  /** Absolute folder of Threadmill's own package. */
  readonly threadmillRoot: string;
}

/**
 * Frames that are not functions: (idle) waited for events; not busy. (garbage collector) is not charged to the
 * function that it interrupted. (not recorded): a recording has no samples of it; not busy. (program): native
 * code below no JavaScript, or an unreadable stack; never given to neighbouring samples, unlike in DevTools
 * (CPUProfileDataModel.fixMissingSamples). (root) has time only in a profile without samples and hit counts.
 */
// V8's meta frames: https://source.chromium.org/chromium/chromium/src/+/main:v8/src/profiler/profile-generator.cc
// (CodeEntry::kProgramEntryName and its neighbours).
const META: ReadonlyMap<string, FrameCategory> = new Map([
  ['(root)', 'program'],
  ['(program)', 'program'],
  ['(idle)', 'idle'],
  [NOT_RECORDED, 'idle'],
  ['(garbage collector)', 'gc'],
]);

/** A frame that is no function. */
export function metaFrame(functionName: string): CallFrame {
  return { functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
}

/** Folders of the package that are Threadmill itself; its `examples/` are written as a user would. */
const OWN_FOLDERS = ['src', 'workers', 'dist'];

/** Where a frame's code comes from. */
export function frameCategory(frame: CallFrame, options: CategoryOptions): FrameCategory {
  const { functionName, url } = frame;
  if (url === '') return META.get(functionName) ?? 'native';
  if (isNodeInternal(url)) return 'node';
  if (url.startsWith('wasm://')) return 'native';
  const path = pathOfUrl(url);
  // `webpack-internal:///./node_modules/…`, or a page that loads its modules one by one.
  if (path === null) return packageOfPath(url) === null ? 'user' : 'dependency';
  return pathCategory(path, withoutTrailingSlash(options.threadmillRoot));
}

function pathCategory(path: string, root: string): FrameCategory {
  // Looked at first, since Threadmill itself may be installed below a node_modules.
  if (isWithin(path, root)) {
    const inside = path.slice(root.length);
    if (packageOfPath(inside) !== null) return 'dependency';
    return OWN_FOLDERS.some((folder) => inside.startsWith(`/${folder}/`)) ? 'threadmill' : 'user';
  }
  return packageOfPath(path) === null ? 'user' : 'dependency';
}

/** `node:net`; also `internal/…`, as Node's loader shows up in some versions. */
export function isNodeInternal(url: string): boolean {
  return url.startsWith('node:') || url.startsWith('internal/');
}
