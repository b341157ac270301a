import assert from 'node:assert/strict';

function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Many times what the clock of CPU time tells apart, and little enough for an expression that is cubic. */
const MEASURABLE_MS = 2;
/** In quadratic time this would take minutes. */
const LONGEST = 256_000;
const TRIES = 5;

/**
 * Makes the text longer until it takes measurable time, then holds that against a quarter of the text: in linear time
 * a quarter, in quadratic time a sixteenth. Half-way between the two is an eighth. A crowded machine may add to one of
 * the two now and then, but not every time.
 */
export function assertLinear(name: string, redact: (text: string) => string, unit: string): void {
  let text = unit.repeat(Math.ceil(1_000 / unit.length));
  while (text.length < LONGEST && cpuMs(() => redact(text)) < MEASURABLE_MS) text += text;
  const quarter = text.slice(0, text.length / 4);
  const ratios: number[] = [];
  while (ratios.length < TRIES) {
    const whole = cpuMs(() => redact(text));
    const ratio =
      whole /
      Math.max(
        MEASURABLE_MS / 8,
        cpuMs(() => redact(quarter)),
      );
    if (whole < MEASURABLE_MS || ratio < 8) return;
    ratios.push(ratio);
  }
  assert.fail(
    `${name}: ${text.length} characters of ${JSON.stringify(unit)} take ${ratios} times as long as a quarter`,
  );
}
