import type { FlameFrame } from '../../core/documents/flame.ts';
import type { CallFrame } from '../../core/documents/v8-profiles.ts';
import { savedOptions } from '../../profile/flame-tree.ts';
import { type FrameOptions, flameFrame, withoutSignature } from '../../profile/function-table.ts';
import { exportText } from './text.ts';

/** For frames that belong to no file. */
const NO_FILES: FrameOptions = savedOptions({});

/** The functions of several threads, each once: name, file, line and column make a function. */
export class FrameTable {
  readonly frames: FlameFrame[] = [];
  /** The same as V8 has them, for formats that want URLs. */
  readonly callFrames: CallFrame[] = [];
  readonly #ids = new Map<string, number>();

  idOf(frame: CallFrame, options: FrameOptions = NO_FILES): number {
    const { functionName, url, lineNumber, columnNumber } = frame;
    const key = `${functionName}\0${url}\0${lineNumber}\0${columnNumber}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.frames.length;
    this.#ids.set(key, id);
    const shownName = exportText(withoutSignature(functionName));
    this.callFrames.push({ ...frame, functionName: shownName, url: exportText(url) });
    const { name, file, ...rest } = flameFrame(frame, options);
    const shownFile = file === null ? null : exportText(file);
    this.frames.push({ ...rest, name: exportText(name), file: shownFile });
    return id;
  }
}

export function threadFrame(title: string): CallFrame {
  return { functionName: title, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
}
