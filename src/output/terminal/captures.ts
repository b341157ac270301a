import { COVERAGE_NAMES } from '../../core/labels.ts';
import type { CaptureView, VariantView } from '../view/run/captures.ts';
import { type Style, wrapText } from './style.ts';

const COVERAGE_WIDTH = COVERAGE_NAMES.main.length;

/** What each capture left, and of which threads; paths are relative to the variant's folder in the run's. */
export function captureLines(variants: readonly VariantView[], width: number, style: Style): string[] {
  if (variants.length === 0) return [];
  const names = variants.flatMap(({ captures }) => captures.map(({ capture }) => capture.length));
  const nameWidth = Math.max(0, ...names);
  return [
    style.bold('Captures'),
    ...variants.flatMap(({ variant, captures }) => [
      `  ${variant}/`,
      ...together(captures).flatMap((capture) => captureItem(capture, { variant, nameWidth, width, style })),
    ]),
  ];
}

/** A capture that left one file for each thread is one line: together they show all threads that it saw. */
function together(captures: readonly CaptureView[]): CaptureView[] {
  return captures.flatMap((capture, i): CaptureView[] => {
    const before = captures[i - 1];
    if (before?.capture === capture.capture && before.available && capture.available) return [];
    const files = captures.filter((each) => each.capture === capture.capture && each.available).length;
    if (!capture.available || files === 1) return [capture];
    const folder = capture.path.slice(0, capture.path.lastIndexOf('/') + 1);
    return [{ ...capture, path: `${folder}  (${files} files)` }];
  });
}

interface Place {
  readonly variant: string;
  readonly nameWidth: number;
  readonly width: number;
  readonly style: Style;
}

function captureItem(capture: CaptureView, { variant, nameWidth, width, style }: Place): string[] {
  const name = capture.capture.padEnd(nameWidth);
  if (capture.available) {
    const coverage = (capture.threads === 'all' ? style.green : style.yellow)(
      COVERAGE_NAMES[capture.threads].padEnd(COVERAGE_WIDTH),
    );
    const folder = `${variant}/`;
    const path = capture.path.startsWith(folder) ? capture.path.slice(folder.length) : capture.path;
    return [`    ${name} ${coverage} ${path}`];
  }
  const { reason, advice } = capture;
  const hanging = ' '.repeat(4 + nameWidth + 1);
  return [
    ...wrapText(`${name} not available: ${reason}`, width, '    ', hanging),
    ...(advice === null ? [] : wrapText(`→ ${advice}`, width, hanging, `${hanging}  `)),
  ].map(style.dim);
}
