import { join } from 'node:path';
import { EXACT_FRAMES } from '../../core/capture-settings.ts';
import { CAPTURE_FACTS } from '../../core/captures.ts';
import type { Capture, CaptureContext, CaptureResult } from './capture.ts';
import { keepHtml } from './keep.ts';
import { runLoad } from './run-result.ts';
import { toolToRun } from './tool-package.ts';
import { toolPreloads } from './tool-preloads.ts';

const CAVEAT =
  'Main thread only: 0x does not see worker threads. Functions have the names and lines of the bundled JavaScript, and start-up is included.';

/** 0x as it is: V8's own tick log of the main thread. */
export const zeroX: Capture = {
  async capture(context: CaptureContext): Promise<CaptureResult> {
    const tool = toolToRun('0x');
    const resultFile = join(context.scratch, 'result.json');
    const nodeArguments = [
      ...(await toolPreloads(context.scratch)),
      tool,
      '--silent',
      ...['--working-dir', context.scratch],
      ...['--output-dir', 'out'],
      ...['--title', `${context.variant} · main thread`],
      ...['--', 'node', ...EXACT_FRAMES],
      ...context.runnerArguments({ minLoadMs: CAPTURE_FACTS[context.capture].minLoadMs, resultFile }),
    ];
    const { loadMs, repeats } = await runLoad(context, { nodeArguments, resultFile });
    // Not V8's log, which 0x draws from: the source of every script is in it, secrets included.
    const page = join(context.scratch, 'out', 'flamegraph.html');
    await keepHtml(page, join(context.destination, 'flamegraph.html'), '0x');
    const title = '0x flamegraph, main thread only';
    return { files: [{ title, file: 'flamegraph.html', threads: 'main', caveat: CAVEAT }], loadMs, repeats };
  },
};
