import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ThreadmillError } from '../../core/errors.ts';
import { flameData } from '../../profile/flame-tree.ts';
import { move } from '../../store/move.ts';
import { profilesIn } from '../../store/thread-profiles.ts';
import type { Capture, CaptureContext, CaptureResult } from './capture.ts';
import { keepHtml } from './keep.ts';
import { lastLines, spawnTool } from './spawn-tool.ts';
import { toolToRun } from './tool-package.ts';
import { withTypes, zeroXInput } from './zero-x-page.ts';

const PROFILE = 'all-threads.cpuprofile';
const HIDDEN = 'This version of 0x hides TypeScript frames at first: switch on ‘v8’ in the page.';

/** What 0x can't capture, drawn by 0x: the profiles of all threads, merged into one. */
export const zeroXThreads: Capture = {
  needs: 'threads',

  async capture(context: CaptureContext): Promise<CaptureResult> {
    const tool = toolToRun('0x');
    const earlier = context.earlier('threads');
    const profiles = earlier === null ? [] : await profilesIn(earlier);
    if (profiles.length === 0) {
      throw new ThreadmillError(
        'capture-failed',
        '0x-threads: there are no profiles of the threads to draw.',
        {
          advice: 'Take them in the same run: --captures threads,0x-threads',
        },
      );
    }
    const { profile, types } = zeroXInput(flameData(context.variant, profiles));
    await writeFile(join(context.scratch, PROFILE), JSON.stringify(profile));
    const exit = await spawnTool({
      name: context.capture,
      nodeArguments: [
        tool,
        '--silent',
        // Relative: the page repeats it.
        ...['--visualize-cpu-profile', PROFILE],
        ...['--output-html', 'flamegraph.html'],
        ...['--title', `${context.variant} · all threads`],
      ],
      cwd: context.scratch,
      environment: context.environment,
      timeoutMs: context.timeoutMs,
      signal: context.signal,
    });
    if (exit.code !== 0) {
      throw new ThreadmillError('capture-failed', `0x-threads: 0x could not draw.${lastLines(exit.output)}`, {
        advice: 'The profiles themselves are there: open them in DevTools or speedscope.',
      });
    }
    let typed = true;
    const page = join(context.scratch, 'flamegraph.html');
    await keepHtml(page, join(context.destination, 'flamegraph.html'), '0x', (html) => {
      const changed = withTypes(html, types);
      typed = changed !== null;
      return changed ?? html;
    });
    await move(join(context.scratch, PROFILE), join(context.destination, PROFILE));
    const caveat = typed ? null : HIDDEN;
    const title = '0x flamegraph of threads';
    return {
      files: [{ title, file: 'flamegraph.html', threads: 'all', caveat }],
      loadMs: null,
      repeats: null,
    };
  },
};
