import assert from 'node:assert/strict';
import { ThreadmillError } from '../../src/core/errors.ts';

const NO_NUMBER = /(?<!\w)(?:NaN|Infinity|undefined|\[object )(?!\w)/;

/**
 * Draws a page or a file, which must hold finite numbers only. Returns false if it was refused with one clear error;
 * anything else that is thrown is a fault.
 */
export async function drawn(what: string, draw: () => Promise<string> | string): Promise<boolean> {
  let text: string;
  try {
    text = await draw();
  } catch (error) {
    if (error instanceof ThreadmillError && error.code !== 'internal') return false;
    throw new Error(what, { cause: error });
  }
  // Scripts are the page's own; what they draw is packed.
  const shown = text.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
  const found = NO_NUMBER.exec(shown);
  assert.equal(found, null, `${what}: …${shown.slice(Math.max(0, (found?.index ?? 0) - 80)).slice(0, 160)}…`);
  return true;
}
