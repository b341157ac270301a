import type { CallFrame } from '../core/documents/v8-profiles.ts';

/** Ends of URLs: scripts of the recorder, wherever Threadmill is installed. */
const CONTROLLER = '/engine/recorder/controller.cjs';
const PRELOAD = '/engine/recorder/preload.cjs';

/** On Windows the URL of a CommonJS module is a path with backslashes. */
function isScript(url: string, end: string): boolean {
  return url.replaceAll('\\', '/').endsWith(end);
}

/** What the controller has a thread do, in the middle of anything: all that it calls is the recorder's own time. */
export function isInterruption({ url }: CallFrame): boolean {
  return isScript(url, CONTROLLER);
}

/** The program calls Atomics.wait through this function: it waits there. */
export function isRecordedWait({ functionName, url }: CallFrame): boolean {
  return functionName === 'wait' && isScript(url, PRELOAD);
}

/** What the wrapper around `postMessage` takes is V8 serialising for the program: it gets the frame that V8 gives its own. */
export function asNativeSend(frame: CallFrame): CallFrame {
  const isSend = frame.functionName === 'postMessage' && isScript(frame.url, PRELOAD);
  return isSend ? { ...frame, url: '', lineNumber: -1, columnNumber: -1 } : frame;
}

export function isRecorder({ url }: CallFrame): boolean {
  return isScript(url, CONTROLLER) || isScript(url, PRELOAD);
}
