import type { FlameFrame } from '../core/documents/flame.ts';
import type { CallFrame } from '../core/documents/v8-profiles.ts';
import { type CategoryOptions, frameCategory } from './category.ts';
import { type DisplayPathOptions, displayPath, packageLabel } from './display-path.ts';

export type FrameOptions = CategoryOptions & DisplayPathOptions;

export class FunctionTable {
  readonly frames: FlameFrame[] = [];
  readonly #ids = new Map<string, number>();

  /** The function of a call frame, as an index into `frames`. */
  idOf(frame: CallFrame, options: FrameOptions): number {
    return this.add(flameFrame(frame, options));
  }

  add(frame: FlameFrame): number {
    const key = placeKey(frame);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.frames.length);
    return this.frames.push(frame) - 1;
  }
}

/** The same for frames that are one function. */
export function placeKey({ name, file, line, column, category }: FlameFrame): string {
  return `${name}\0${file}\0${line}\0${column}\0${category}`;
}

export function flameFrame(frame: CallFrame, options: FrameOptions): FlameFrame {
  const { functionName, url, lineNumber, columnNumber } = frame;
  const category = frameCategory(frame, options);
  return {
    name: functionName === '' ? '(anonymous)' : withoutSignature(functionName),
    file: displayPath(url, options),
    line: url === '' || lineNumber < 0 ? null : lineNumber + 1,
    column: url === '' || columnNumber < 0 ? null : columnNumber + 1,
    category,
    package: category === 'dependency' ? packageLabel(url, options) : null,
  };
}

/** V8's wrappers of WebAssembly imports are shared by signature, and which one is named is chance: it is cut off. */
export function withoutSignature(functionName: string): string {
  return /^(wasm-to-js|js-to-wasm):/.exec(functionName)?.[1] ?? functionName;
}
