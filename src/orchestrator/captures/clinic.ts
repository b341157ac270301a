import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EXACT_FRAMES } from '../../core/capture-settings.ts';
import { CAPTURE_FACTS, type CaptureName } from '../../core/captures.ts';
import { move } from '../../store/move.ts';
import type { Capture, CaptureContext, CaptureResult } from './capture.ts';
import { keepHtml } from './keep.ts';
import { runLoad } from './run-result.ts';
import { toolToRun } from './tool-package.ts';
import { toolPreloads } from './tool-preloads.ts';

type ClinicName = Extract<CaptureName, `clinic-${string}`>;

interface ClinicTool {
  readonly command: string;
  readonly title: string;
  readonly caveat: string;
}

const MAIN_ONLY = 'Main thread only: clinic does not see worker threads.';
const UNRELIABLE = `${MAIN_ONLY} With worker threads its figures are unreliable: read them for the variants without.`;

const TOOLS: Readonly<Record<ClinicName, ClinicTool>> = {
  'clinic-flame': {
    command: 'flame',
    title: 'Clinic Flame, main thread only',
    caveat: `${MAIN_ONLY} Functions have the names and lines of the bundled JavaScript.`,
  },
  'clinic-doctor': {
    command: 'doctor',
    title: 'Clinic Doctor, main thread only',
    caveat: UNRELIABLE,
  },
  'clinic-bubbleprof': {
    command: 'bubbleprof',
    title: 'Clinic Bubbleprof, main thread only',
    caveat: UNRELIABLE,
  },
  'clinic-heapprofiler': {
    command: 'heapprofiler',
    title: 'Clinic Heap Profiler, main thread only',
    caveat: MAIN_ONLY,
  },
};

/** Clinic asks and exits, phones home and looks for updates, and keeps settings in the user's home, unless: */
function quiet(scratch: string): NodeJS.ProcessEnv {
  return { NO_INSIGHT: '1', NO_UPDATE_NOTIFIER: '1', XDG_CONFIG_HOME: join(scratch, 'config') };
}

function clinicCapture(name: ClinicName): Capture {
  const { command, title, caveat } = TOOLS[name];
  return {
    async capture(context: CaptureContext): Promise<CaptureResult> {
      const tool = toolToRun('clinic');
      const resultFile = join(context.scratch, 'result.json');
      const nodeArguments = [
        ...(await toolPreloads(context.scratch)),
        tool,
        command,
        ...['--dest', 'out', '--name', context.variant, '--open=false'],
        // Clinic insists on this very word.
        ...['--', 'node'],
        ...(name === 'clinic-flame' ? EXACT_FRAMES : []),
        ...context.runnerArguments({ minLoadMs: CAPTURE_FACTS[name].minLoadMs, resultFile }),
      ];
      const environment = quiet(context.scratch);
      const run = await runLoad(context, { nodeArguments, resultFile, environment });
      const out = join(context.scratch, 'out');
      // The folder's name ends like this, or `clinic … --visualize-only` refuses it.
      const data = `${context.variant}.clinic-${command}`;
      const file = `${name}.html`;
      await keepHtml(join(out, `${data}.html`), join(context.destination, file), name);
      await mkdir(join(context.destination, 'data'), { recursive: true });
      if (existsSync(join(out, data))) {
        await move(join(out, data), join(context.destination, 'data', data));
      }
      const { loadMs, repeats } = run;
      return { files: [{ title, file, threads: 'main', caveat }], loadMs, repeats };
    },
  };
}

export const clinicFlame = clinicCapture('clinic-flame');
export const clinicDoctor = clinicCapture('clinic-doctor');
export const clinicBubbleprof = clinicCapture('clinic-bubbleprof');
export const clinicHeapProfiler = clinicCapture('clinic-heapprofiler');
