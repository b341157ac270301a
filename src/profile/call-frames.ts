import type { CallFrame } from '../core/documents/v8-profiles.ts';
import { type Fields, Invalid, text, wholeNumber } from './checks.ts';

/** Functions of one profile, and the characters of all their names and URLs: each is held several times over. */
const MAX_FRAMES = 200_000;
const MAX_CHARACTERS = 50_000_000;

/** The call frames of a profile, each once, checked as they come. */
export class CallFrames {
  readonly frames: CallFrame[] = [];
  readonly #known = new Map<string, number>();
  #characters = 0;

  /** Index into `frames`; the same name, file, line and column are one function. @throws Invalid */
  idOf(frame: Fields, where: string): number {
    const functionName = text(frame.functionName, `${where}.functionName`);
    const url = text(frame.url, `${where}.url`);
    const lineNumber = wholeNumber(frame.lineNumber, `${where}.lineNumber`);
    const columnNumber = wholeNumber(frame.columnNumber, `${where}.columnNumber`);
    const key = `${functionName}\0${url}\0${lineNumber}:${columnNumber}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#characters += key.length;
    if (this.frames.length >= MAX_FRAMES) throw new Invalid(`it has more than ${MAX_FRAMES} functions`);
    if (this.#characters > MAX_CHARACTERS) {
      throw new Invalid(`its functions have names and URLs of more than ${MAX_CHARACTERS} characters`);
    }
    const scriptId = typeof frame.scriptId === 'string' ? frame.scriptId : '0';
    this.#known.set(key, this.frames.length);
    return this.frames.push({ functionName, scriptId, url, lineNumber, columnNumber }) - 1;
  }
}
