import { startApiServer } from './http-server.ts';
import { type ServeOptions, serveOptionsSchema } from './options.ts';
import { ROUTES } from './routes.ts';

export { DEFAULT_SERVE_OPTIONS, type ServeOptions, serveOptionsSchema } from './options.ts';

/**
 * `threadmill serve`: runs the API server in this process until SIGINT or SIGTERM and resolves with the exit
 * code.
 * @throws {ThreadmillError} 'server-start': the address can't be had
 */
export async function serveInForeground(
  options: ServeOptions,
  output: Pick<NodeJS.WriteStream, 'write'> = process.stdout,
): Promise<number> {
  const server = await startApiServer(serveOptionsSchema.parse(options));
  output.write(`listening on ${server.url}\n\n${routeTable()}\n\nCtrl+C stops it.\n`);
  const { promise: signalled, resolve } = withResolver();
  process.once('SIGINT', resolve).once('SIGTERM', resolve);
  await signalled;
  process.off('SIGINT', resolve).off('SIGTERM', resolve);
  await server.stop();
  return 0;
}

function routeTable(): string {
  const width = 29;
  return ROUTES.map(([path, text]) => (text === '' ? `  ${path}` : `  ${path.padEnd(width)} ${text}`)).join(
    '\n',
  );
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
