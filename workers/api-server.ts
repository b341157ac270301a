/** Entry point of the API server's own process. */
import { type OpenLog, runServerProcess } from '../src/orchestrator/server/server-process.ts';

const openLog: OpenLog = async (file, runId) => {
  // Loaded only when it is wanted: the server starts sooner without it.
  const { createLogger } = await import('../src/store/logger.ts');
  return createLogger({ file, level: 'info', base: { runId, process: 'server' } });
};

await runServerProcess(JSON.parse(process.argv[2] ?? ''), openLog);
