import type { CallFrame } from '../core/documents/v8-profiles.ts';
import { CallFrames } from './call-frames.ts';
import { type Fields, fields, Invalid, list, number, wholeNumber } from './checks.ts';
import { GrowingColumn } from './growing-column.ts';

/** V8's own are 32 bits wide. */
export const MAX_ID = 2 ** 32 - 1;
/** V8 makes one for each stack that it sees: a program that runs for hours has some hundred thousand. */
const MAX_NODES = 1_000_000;
const MAX_TICKS = 4_000_000;

export class NodeCollector {
  readonly id = new GrowingColumn();
  readonly frame = new GrowingColumn();
  readonly hits = new GrowingColumn();
  /** Links as the file has them: the node at this position names the node with this id as its child. */
  readonly linkFrom = new GrowingColumn();
  readonly linkTo = new GrowingColumn();
  readonly tickNode = new GrowingColumn();
  readonly tickLine = new GrowingColumn();
  readonly tickCount = new GrowingColumn();
  /** The other way to link: some tools name each node's parent. */
  readonly parentOf = new GrowingColumn();
  readonly parentId = new GrowingColumn();
  readonly #frames = new CallFrames();

  get frames(): readonly CallFrame[] {
    return this.#frames.frames;
  }

  /** @param position how many nodes there are before it. @throws Invalid */
  take(value: unknown, position: number): void {
    const where = `nodes[${position}]`;
    const node = fields(value, where);
    const id = nodeId(node.id, `${where}.id`);
    const frame = this.frameOf(fields(node.callFrame, `${where}.callFrame`), where);
    const hits = node.hitCount === undefined ? 0 : number(node.hitCount, `${where}.hitCount`, 0);
    this.add(id, frame, hits);
    this.#links(node, position, where);
    if (node.positionTicks !== undefined) this.#ticks(node.positionTicks, position, `${where}.positionTicks`);
  }

  /** Adds a node that has been checked, and returns its position. */
  add(id: number, frame: number, hits: number): number {
    const position = this.id.length;
    if (position >= MAX_NODES) throw new Invalid(`it has more than ${MAX_NODES} nodes`);
    this.id.push(id);
    this.frame.push(frame);
    this.hits.push(hits);
    return position;
  }

  link(position: number, child: number): void {
    // Each node is the child of one other at most.
    if (this.linkTo.length >= MAX_NODES) throw new Invalid(`it has more than ${MAX_NODES} \`children\``);
    this.linkFrom.push(position);
    this.linkTo.push(child);
  }

  tick(position: number, line: number, count: number): void {
    if (this.tickLine.length >= MAX_TICKS)
      throw new Invalid(`it has more than ${MAX_TICKS} \`positionTicks\``);
    this.tickNode.push(position);
    this.tickLine.push(line);
    this.tickCount.push(count);
  }

  /** @throws Invalid */
  frameOf(frame: Fields, where: string): number {
    return this.#frames.idOf(frame, `${where}.callFrame`);
  }

  /** How far the columns are that a node adds to before it is whole. */
  mark(): Mark {
    return { nodes: this.id.length, links: this.linkTo.length, ticks: this.tickLine.length };
  }

  backTo({ nodes, links, ticks }: Mark): void {
    for (const column of [this.id, this.frame, this.hits]) column.backTo(nodes);
    for (const column of [this.linkFrom, this.linkTo]) column.backTo(links);
    for (const column of [this.tickNode, this.tickLine, this.tickCount]) column.backTo(ticks);
  }

  #links(node: Fields, position: number, where: string): void {
    if (node.children !== undefined) {
      const children = list(node.children, `${where}.children`);
      for (let i = 0; i < children.length; i++) {
        this.link(position, nodeId(children[i], `${where}.children[${i}]`));
      }
    }
    if (node.parent !== undefined) {
      this.parentOf.push(position);
      this.parentId.push(nodeId(node.parent, `${where}.parent`));
    }
  }

  #ticks(value: unknown, position: number, where: string): void {
    const ticks = list(value, where);
    for (let i = 0; i < ticks.length; i++) {
      const tick = fields(ticks[i], `${where}[${i}]`);
      const line = wholeNumber(tick.line, `${where}[${i}].line`);
      this.tick(position, line, number(tick.ticks, `${where}[${i}].ticks`, 0));
    }
  }
}

interface Mark {
  readonly nodes: number;
  readonly links: number;
  readonly ticks: number;
}

function nodeId(value: unknown, where: string): number {
  return wholeNumber(value, where, 0, MAX_ID);
}
