import { frameCategory } from '../profile/category.ts';
import { displayPath } from '../profile/display-path.ts';
import { savedOptions } from '../profile/flame-tree.ts';
import { mergeThreads, threadTitle } from '../profile/merge-threads.ts';
import type { CallFrame, CpuProfile, ThreadProfile } from '../types/cpu-profile.ts';
import type { FrameCategory } from '../types/flame.ts';

/** 0x's kinds of frame. It hides `native` and `v8` until asked. */
type ZeroXType = 'app' | 'deps' | 'core' | 'native' | 'v8';

const TYPES: Readonly<Record<FrameCategory, ZeroXType>> = {
  user: 'app',
  dependency: 'deps',
  threadmill: 'deps',
  node: 'core',
  native: 'native',
  gc: 'v8',
  program: 'v8',
  idle: 'v8',
};

export interface ZeroXInput {
  /** For `0x --visualize-cpu-profile`. */
  readonly profile: CpuProfile;
  /** The kind of each frame, by the label that 0x gives it. */
  readonly types: ReadonlyMap<string, ZeroXType>;
}

/**
 * All threads as 0x can draw them. It goes by hit counts, prints a line as it stands in the profile (0-based
 * there), puts names into its page as they are, and gives no width to a leaf whose name is in parentheses.
 */
export function zeroXInput(profiles: readonly ThreadProfile[]): ZeroXInput {
  const options = savedOptions(profiles);
  const merged = mergeThreads(profiles, { idle: 'drop' });
  const types = new Map<string, ZeroXType>();
  const titles = new Set(profiles.map(threadTitle));
  const nodes = merged.nodes.map((node) => {
    const frame = node.callFrame;
    const callFrame: CallFrame = {
      ...frame,
      functionName: harmless(
        frame.functionName === '' ? 'anonymous' : frame.functionName.replace(/^\((.*)\)$/, '$1'),
      ),
      url: harmless(displayPath(frame.url, options) ?? ''),
      lineNumber: frame.url === '' ? -1 : frame.lineNumber + 1,
    };
    const isThread = frame.url === '' && titles.has(frame.functionName);
    types.set(labelOf(callFrame), isThread ? 'app' : TYPES[frameCategory(frame, options)]);
    return { ...node, callFrame };
  });
  return { profile: { ...merged, nodes }, types };
}

/** As in 0x's cpu-profile-to-tree.js. */
function labelOf({ functionName, url, lineNumber }: CallFrame): string {
  return `${functionName}${url === '' ? '' : ` ${url}`}${lineNumber > 0 ? `:${lineNumber}` : ''}`;
}

/** A function's name can be any text, and 0x's page takes it for markup. */
function harmless(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}

// What v8cats in 0x's visualizer/cmp/graph.js does first. After that it tells frames apart by their names, and
// takes everything that does not end like `.js:12` for V8's own, which it hides: TypeScript above all.
const CLASSIFIER = 'if (child.type) return { type: child.type }';

/** The page with our knowledge of the frames' kinds; null if it is not the page that is known here. */
export function withTypes(html: string, types: ZeroXInput['types']): string | null {
  const at = html.indexOf(CLASSIFIER);
  const script = html.indexOf('<script');
  if (at < 0 || script < 0 || script > at) return null;
  const after = at + CLASSIFIER.length;
  const table = JSON.stringify(Object.fromEntries(types)).replaceAll('<', '\\u003c');
  const known = '\n  if (Object.hasOwn(threadmillTypes, name)) return { type: threadmillTypes[name] }';
  return [
    html.slice(0, script),
    `<script>const threadmillTypes = ${table}</script>\n`,
    html.slice(script, after),
    known,
    html.slice(after),
  ].join('');
}
