import { toErrorData } from '../../core/errors.ts';
import { onParentGone } from '../../core/processes/on-parent-gone.ts';
import type { ServerLog } from './answer.ts';
import { type ApiServer, startApiServer } from './http-server.ts';
import type { ServerMessage, ServerRequest, ServerStart } from './messages.ts';

/** Opens the log; given by the entry point, because where lines go is not the server's business. */
export type OpenLog = (file: string, runId: string) => Promise<ServerLog>;

/** The server's process: starts, answers its parent, ends on 'stop', a signal, or with its parent. */
export async function runServerProcess(start: ServerStart, openLog: OpenLog): Promise<void> {
  let server: ApiServer | undefined;
  let log: ServerLog | null = null;
  const stop = async (reason: string): Promise<void> => {
    log?.info({ reason }, 'stopping');
    await server?.stop();
    process.exit(0);
  };
  onParentGone(() => void stop('the parent is gone'));
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  try {
    const { options, logFile, runId } = start;
    if (logFile !== null) log = await openLog(logFile, runId);
    server = await startApiServer(options, log);
  } catch (thrown) {
    await fail(thrown);
    return;
  }
  const { port, url, certificate, usage, injected } = server;
  process.on('message', (message: ServerRequest) => {
    if (message.type === 'stop') void stop('asked to');
    else if (message.type === 'usage') void send({ type: 'usage', ...usage() });
    else void injected().then((faults) => send({ type: 'injected', ...faults }));
  });
  await send({ type: 'listening', port, url, pid: process.pid, certificate });
  if (process.send === undefined) process.stdout.write(`listening on ${url}\n`);
}

async function fail(thrown: unknown): Promise<void> {
  const error = toErrorData(thrown);
  process.stderr.write(`${error.message}${error.advice === undefined ? '' : `\n${error.advice}`}\n`);
  await send({ type: 'failed', error });
  process.exit(1);
}

/** Resolves when the message is in the pipe, or at once if nobody listens (any more). */
function send(message: ServerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
