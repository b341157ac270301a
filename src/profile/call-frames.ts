import type { CallFrame } from '../types/cpu-profile.ts';
import { type Fields, text, wholeNumber } from './checks.ts';

/** The call frames of a profile, each once, checked as they come. */
export class CallFrames {
  readonly frames: CallFrame[] = [];
  readonly #known = new Map<string, number>();

  /**
   * Index into `frames`. The same name, file, line and column are the same function, whichever copy of a script
   * it is from.
   *
   * @param where names the call frame in messages.
   * @throws Invalid
   */
  idOf(frame: Fields, where: string): number {
    const functionName = text(frame.functionName, `${where}.functionName`);
    const url = text(frame.url, `${where}.url`);
    const lineNumber = wholeNumber(frame.lineNumber, `${where}.lineNumber`);
    const columnNumber = wholeNumber(frame.columnNumber, `${where}.columnNumber`);
    const key = `${functionName}\0${url}\0${lineNumber}:${columnNumber}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const scriptId = typeof frame.scriptId === 'string' ? frame.scriptId : '0';
    this.#known.set(key, this.frames.length);
    return this.frames.push({ functionName, scriptId, url, lineNumber, columnNumber }) - 1;
  }
}
