import { ThreadmillError } from '../errors.ts';
import type { CpuProfile, ProfileNode } from '../types/cpu-profile.ts';
import { type NodeIndex, nodeIndex } from './node-index.ts';

type Fields = Readonly<Record<string, unknown>>;

class Invalid extends Error {}

/**
 * Checks that an unknown value (parsed JSON) is a CPU profile as V8 writes it, and returns that very value.
 * Afterwards it holds that ids are unique integers, that the nodes form exactly one tree, that every sample
 * names a node, and that all times are finite. Nothing is copied: a profile of millions of samples is checked
 * in one pass.
 *
 * @param source names the profile in the message, e.g. its file.
 * @throws ThreadmillError `run-unreadable`, saying what is wrong and where.
 */
export function parseCpuProfile(value: unknown, source: string): CpuProfile {
  try {
    return checked(value);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    throw new ThreadmillError('run-unreadable', `${source} is no CPU profile: ${error.message}.`, {
      advice: 'Give a .cpuprofile as written by Threadmill, node --cpu-prof or Chrome DevTools.',
    });
  }
}

function checked(value: unknown): CpuProfile {
  const profile = fields(value, 'the file');
  if ('head' in profile && !('nodes' in profile)) {
    throw new Invalid('it has the old format with `head`, which V8 gave up in 2016');
  }
  const nodes = list(profile.nodes, 'nodes');
  if (nodes.length === 0) throw new Invalid('`nodes` is empty');
  nodes.forEach(checkNode);
  const index = uniqueIndex(nodes as readonly ProfileNode[]);
  checkTree(nodes as readonly ProfileNode[], index);
  const start = finite(profile.startTime, 'startTime');
  const end = finite(profile.endTime, 'endTime');
  if (end < start) throw new Invalid(`\`endTime\` ${end} lies before \`startTime\` ${start}`);
  checkSamples(profile, index);
  return value as CpuProfile;
}

function checkNode(value: unknown, position: number): void {
  const where = `nodes[${position}]`;
  const node = fields(value, where);
  integer(node.id, `${where}.id`);
  const frame = fields(node.callFrame, `${where}.callFrame`);
  text(frame.functionName, `${where}.callFrame.functionName`);
  text(frame.url, `${where}.callFrame.url`);
  integer(frame.lineNumber, `${where}.callFrame.lineNumber`);
  integer(frame.columnNumber, `${where}.callFrame.columnNumber`);
  if (node.hitCount !== undefined && finite(node.hitCount, `${where}.hitCount`) < 0) {
    throw new Invalid(`\`${where}.hitCount\` is negative`);
  }
  if (node.children !== undefined) {
    list(node.children, `${where}.children`).forEach((id, i) => {
      integer(id, `${where}.children[${i}]`);
    });
  }
  if (node.positionTicks !== undefined) {
    list(node.positionTicks, `${where}.positionTicks`).forEach((tick, i) => {
      const at = `${where}.positionTicks[${i}]`;
      finite(fields(tick, at).line, `${at}.line`);
      finite(fields(tick, at).ticks, `${at}.ticks`);
    });
  }
}

function uniqueIndex(nodes: readonly ProfileNode[]): NodeIndex {
  const index = nodeIndex(nodes);
  nodes.forEach((node, position) => {
    if (index(node.id) !== position) throw new Invalid(`\`nodes[${position}].id\` ${node.id} occurs twice`);
  });
  return index;
}

/**
 * One root and one parent for every other node still leaves room for a ring off the tree; so the nodes that
 * can be reached from the root are counted, too.
 */
function checkTree(nodes: readonly ProfileNode[], index: NodeIndex): void {
  const parent = new Int32Array(nodes.length).fill(-1);
  nodes.forEach((node, position) => {
    for (const id of node.children ?? []) {
      const child = index(id);
      const where = `\`nodes[${position}].children\``;
      if (child < 0) throw new Invalid(`${where} names node ${id}, which does not exist`);
      if (parent[child] !== -1) throw new Invalid(`${where} names node ${id}, which has a parent already`);
      parent[child] = position;
    }
  });
  const root = parent.indexOf(-1);
  if (root < 0) throw new Invalid('its nodes form a cycle');
  const other = parent.indexOf(-1, root + 1);
  if (other >= 0) throw new Invalid(`node ${nodes[other]!.id} (nodes[${other}]) has no parent`);
  let reached = 0;
  const stack = [root];
  while (stack.length > 0) {
    reached++;
    for (const id of nodes[stack.pop()!]!.children ?? []) stack.push(index(id));
  }
  if (reached !== nodes.length) throw new Invalid('its nodes form a cycle');
}

function checkSamples(profile: Fields, index: NodeIndex): void {
  if (profile.samples === undefined && profile.timeDeltas === undefined) return;
  const samples = list(profile.samples, 'samples');
  const deltas = list(profile.timeDeltas, 'timeDeltas');
  if (samples.length !== deltas.length) {
    throw new Invalid(`it has ${samples.length} \`samples\` but ${deltas.length} \`timeDeltas\``);
  }
  for (let i = 0; i < samples.length; i++) {
    const id = samples[i];
    if (typeof id !== 'number' || index(id) < 0) {
      throw new Invalid(`\`samples[${i}]\` names node ${String(id)}, which does not exist`);
    }
    if (!Number.isFinite(deltas[i])) throw new Invalid(`\`timeDeltas[${i}]\` is no finite number`);
  }
}

function fields(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Invalid(`${where === 'the file' ? where : `\`${where}\``} is no object`);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Invalid(`\`${where}\` is ${value === undefined ? 'missing' : 'no array'}`);
}

function text(value: unknown, where: string): void {
  if (typeof value !== 'string') throw new Invalid(`\`${where}\` is no text`);
}

function integer(value: unknown, where: string): void {
  if (!Number.isSafeInteger(value)) throw new Invalid(`\`${where}\` is no whole number`);
}

function finite(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Invalid(`\`${where}\` is no finite number`);
}
