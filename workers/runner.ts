/** The process that hosts one variant: serves blocks over IPC, or runs its plan once for a capture. */
const firstLineNs = Number(process.hrtime.bigint());

const { parseRunnerArguments } = await import('../src/runner/runner-options.ts');
const options = parseRunnerArguments(process.argv.slice(2));
if (options.once === null) {
  const { serveBlocks } = await import('../src/runner/serve-blocks.ts');
  await serveBlocks(options, firstLineNs);
} else {
  const { runOnce } = await import('../src/runner/run-once.ts');
  await runOnce(options, options.once);
}
