import { cleanText, LONG_TEXT } from '../../core/clean-text.ts';
import type { FlameData } from '../../core/documents/flame.ts';
import type { CodePlace, LoadedRecording, Recording } from '../../core/documents/recording.ts';
import type { Warning } from '../../core/documents/run-record.ts';
import type { Timeline } from '../../core/documents/timeline.ts';
import { allAllocations, type ByteEstimate, topAllocators } from '../../profile/top-allocators.ts';
import { topLines } from '../../profile/top-functions.ts';
import { cleanFlame, functionRows, placeOf } from './run/functions.ts';
import { type HotFile, hotFiles } from './run/hot-lines.ts';
import type { FunctionRow } from './run/model.ts';
import { cleanTimeline } from './run.ts';

const MAX_ALLOCATORS = 15;

/** What the page of a recording shows. Text is clean, but not escaped. */
export interface RecordingView {
  readonly imported: boolean;
  readonly recording: Recording;
  readonly flame: FlameData;
  /** Of an imported profile, if given with `--jobs`. */
  readonly jobs: number | null;
  /** In bytes instead of µs; without threads if none was sampled. */
  readonly allocations: FlameData;
  /** The most first. */
  readonly allocators: readonly (ByteEstimate & {
    readonly name: string;
    readonly place: string | null;
    readonly share: number;
  })[];
  readonly timeline: Timeline | null;
  /** Without the recorder's own. */
  readonly functions: readonly FunctionRow[];
  readonly files: readonly HotFile[];
  readonly busyMs: number;
  readonly warnings: readonly Warning[];
}

export function recordingView(
  { imported, recording, flame, allocations, timeline, sources, problems }: LoadedRecording,
  jobs: number | null = null,
): RecordingView {
  const shown = cleanFlame(flame);
  const allocated = { ...allocations, flame: cleanFlame(allocations.flame) };
  const lines = topLines(shown).flatMap(({ frame, line, self }) =>
    frame.file === null || frame.category !== 'user'
      ? []
      : [{ file: frame.file, line, perJobUs: self, squares: 0, header: frame.line }],
  );
  return {
    ...{ imported, jobs, flame: shown, recording: cleaned(recording) },
    allocations: allocated.flame,
    allocators: topAllocators(allocated)
      .filter(({ frame, self }) => self.bytes > self.error && frame.category !== 'threadmill')
      .slice(0, MAX_ALLOCATORS)
      .map(({ frame, self }) => ({
        ...{ name: frame.name, place: placeOf(frame), ...self },
        share: self.bytes / allAllocations(allocated).bytes,
      })),
    timeline: timeline === null ? null : cleanTimeline(timeline),
    functions: functionRows(shown).filter(({ category }) => category !== 'threadmill'),
    files: hotFiles([lines], sources),
    busyMs: recording.threads.reduce((sum, { busyMs }) => sum + busyMs, 0),
    warnings: [...recording.warnings, ...problems].map((warning) => ({
      ...warning,
      message: cleanText(warning.message),
    })),
  };
}

/** Names in it are the program's, or those of whoever wrote the folder. */
function cleaned(recording: Recording): Recording {
  const place = ({ name, file, line }: CodePlace): CodePlace => {
    return { name: cleanText(name, 200), file: file === null ? null : cleanText(file, 300), line };
  };
  const placed = (given: CodePlace | null): CodePlace | null => (given === null ? null : place(given));
  return {
    ...recording,
    name: cleanText(recording.name, 80),
    command: cleanText(recording.command, 300),
    commandLine: cleanText(recording.commandLine, LONG_TEXT),
    cwd: cleanText(recording.cwd, 300),
    processes: recording.processes.map((process) => ({ ...process, name: cleanText(process.name, 80) })),
    threads: recording.threads.map((thread) => ({
      ...thread,
      label: cleanText(thread.label, 60),
      script: thread.script === null ? null : cleanText(thread.script, 200),
    })),
    stalls: recording.stalls.map((stall) => ({
      ...stall,
      function: placed(stall.function),
      stack: stall.stack.map(place),
    })),
    waits: recording.waits.map((wait) => ({
      ...wait,
      target: cleanText(wait.target, 200),
      site: wait.site === null ? null : cleanText(wait.site, 300),
    })),
    exported: recording.exported.map(place),
    gates: recording.gates.map((gate) => ({ ...gate, expression: cleanText(gate.expression, 80) })),
    others: recording.others.map((other) => ({ ...other, name: cleanText(other.name, 80) })),
    verdicts: recording.verdicts.map((verdict) => ({
      ...verdict,
      function: placed(verdict.function),
      target: verdict.target === null ? null : cleanText(verdict.target, 200),
    })),
  };
}
