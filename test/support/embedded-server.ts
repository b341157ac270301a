import {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  startEmbeddedServer,
} from '../../src/orchestrator/server/embedded-server.ts';

/** An embedded server that is stopped after the test. */
export async function serverFor(
  context: { after(callback: () => Promise<void>): void },
  options: Partial<EmbeddedServerOptions> = {},
): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ seed: 3, keepAlive: true, ...options });
  context.after(() => server.stop());
  return server;
}
