import type { FlameData, FlameFrame, FrameCategory } from '../../core/documents/flame.ts';
import type { CallFrame, CpuProfile, ProfileNode } from '../../core/documents/v8-profiles.ts';
import { flameView } from '../../profile/flame-view.ts';

/** 0x's kinds of frame. It hides `native` and `v8` until asked. */
type ZeroXType = 'app' | 'deps' | 'core' | 'native' | 'v8';

const TYPES: Readonly<Record<FrameCategory, ZeroXType>> = {
  thread: 'app',
  user: 'app',
  dependency: 'deps',
  threadmill: 'deps',
  node: 'core',
  native: 'native',
  gc: 'v8',
  program: 'v8',
  idle: 'v8',
};

/** Self time that makes one hit, µs: as many hits as a sampler with that interval sees. */
const HIT_US = 1000;

interface ZeroXInput {
  /** For `0x --visualize-cpu-profile`. */
  readonly profile: CpuProfile;
  /** The kind of each frame, by the label that 0x gives it. */
  readonly types: ReadonlyMap<string, ZeroXType>;
}

/**
 * All threads as 0x can draw them, each below the root, without idle time. 0x goes by hit counts, prints 0-based
 * lines, puts names into its page as they are, and gives no width to a leaf in parentheses. Hits are differences of
 * rounded running sums depth first: each subtree's are its time to within one.
 */
export function zeroXInput(data: FlameData): ZeroXInput {
  const threads = data.threads.map((each) => ({ ...each, label: `thread ${each.thread} (${each.label})` }));
  const { frames, tree } = flameView({ ...data, threads }, { threads: 'levels', idle: 'drop' });
  const callFrames = frames.map(callFrame);
  const types = new Map<string, ZeroXType>();
  const children: number[][] = Array.from(tree.frame, () => []);
  for (let node = 1; node < children.length; node++) children[tree.parent[node]!]!.push(node + 1);
  let elapsedUs = 0;
  let hits = 0;
  const nodes = children.map((ids, node): ProfileNode => {
    const frame = tree.frame[node]!;
    types.set(labelOf(callFrames[frame]!), TYPES[frames[frame]!.category]);
    elapsedUs += tree.self[node]!;
    const hitCount = Math.round(elapsedUs / HIT_US) - hits;
    hits += hitCount;
    return { id: node + 1, callFrame: callFrames[frame]!, hitCount, children: ids };
  });
  const endTime = data.threads.reduce((most, { duration }) => Math.max(most, duration), 0);
  return { profile: { nodes, startTime: 0, endTime }, types };
}

function callFrame({ name, file, line, column }: FlameFrame): CallFrame {
  return {
    functionName: harmless(name.replace(/^\((.*)\)$/, '$1')),
    scriptId: '0',
    url: harmless(file ?? ''),
    lineNumber: line ?? -1,
    columnNumber: column ?? -1,
  };
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
