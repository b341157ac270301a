/** The process that hosts one variant: serves trials over IPC, or runs its plan once for a capture. */
const firstLineNs = Number(process.hrtime.bigint());

const { parseRunnerArguments } = await import('../src/runner/runner-options.ts');
const options = parseRunnerArguments(process.argv.slice(2));
if (options.once === null) {
  const { serveTrials } = await import('../src/runner/serve-trials.ts');
  await serveTrials(options, firstLineNs);
} else {
  const { runOnce } = await import('../src/runner/run-once.ts');
  await runOnce(options, options.once);
}
