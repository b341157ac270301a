import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { certificateOf, type Fault, type Transport } from './fault.ts';
import type { FromServer } from './server.ts';

const SCRIPT = fileURLToPath(new URL('server.ts', import.meta.url));

async function message<Type extends FromServer['type']>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<FromServer, { type: Type }>> {
  for (;;) {
    const [said] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code, signal]) => {
        throw new Error(`the server of faults ended: ${signal ?? code}`);
      }),
    ])) as [FromServer];
    if (said.type === type) return said as Extract<FromServer, { type: Type }>;
  }
}

/** The servers of some faults: a process for all that can share one, and one for each that stops or blocks itself. */
export class FaultServer {
  /** Where each fault is. */
  readonly origins: ReadonlyMap<Fault, string>;
  /** PEM of the root that signs the certificates that are as they should be. */
  readonly authority: string;
  readonly #shared: ChildProcess;
  readonly #children: readonly ChildProcess[];

  private constructor(
    origins: ReadonlyMap<Fault, string>,
    authority: string,
    shared: ChildProcess,
    children: readonly ChildProcess[],
  ) {
    this.origins = origins;
    this.authority = authority;
    this.#shared = shared;
    this.#children = children;
  }

  static async start(faults: readonly Fault[], transport: Transport): Promise<FaultServer> {
    const own = faults.filter(({ behaviour }) => behaviour.kind === 'process');
    const groups = [faults.filter((fault) => !own.includes(fault)), ...own.map((fault) => [fault])];
    const children = groups.map((group) =>
      fork(SCRIPT, [transport, ...group.map(({ name }) => name)], {
        execArgv: ['--import', 'tsx'],
        stdio: ['ignore', 2, 2, 'ipc'],
      }),
    );
    const said = await Promise.all(children.map((child) => message(child, 'listening')));
    const origins = new Map<Fault, string>();
    for (const [index, group] of groups.entries()) {
      for (const [at, fault] of group.entries()) {
        const isHttps = fault.https === true || certificateOf(fault, transport) !== null;
        origins.set(fault, `http${isHttps ? 's' : ''}://127.0.0.1:${said[index]!.ports[at]}`);
      }
    }
    return new FaultServer(origins, said[0]!.authority, children[0]!, children);
  }

  /** Connections that are open now; those of servers in processes of their own are not counted. */
  async openConnections(): Promise<number> {
    this.#shared.send({ type: 'open' });
    return (await message(this.#shared, 'open')).connections;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        // Some are stopped: they can't be asked.
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }
}
