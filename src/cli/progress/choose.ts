import type { DisplayOptions } from '../options.ts';
import { isForPrograms } from '../output.ts';
import { canRedraw, wantsColour } from '../terminal.ts';
import { type Display, SilentDisplay } from './display.ts';
import { LineDisplay } from './lines.ts';
import { TerminalDisplay } from './terminal.ts';

/** Progress always goes to stderr, so that stdout holds the result and nothing else. */
export function chooseDisplay(
  options: DisplayOptions,
  stream: NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv,
): Display {
  const write = (text: string): void => {
    stream.write(text);
  };
  if (options.quiet || (isForPrograms(options) && stream.isTTY !== true)) return new SilentDisplay(write);
  if (!canRedraw(stream, environment)) return new LineDisplay(write);
  const colour = wantsColour(stream, environment);
  return new TerminalDisplay({ stream, colour, now: () => performance.now() });
}
