import { ProfiledVariant } from './profiled-variant.ts';
import { ThreadHost, type ThreadReport } from './thread-host.ts';
import type { RunningVariant, Variant, VariantOptions } from './variant.ts';

export const sequential: Variant = { start: (options) => MainThreadVariant.start(options, 1) };
export const eventLoop: Variant = {
  start: (options) => MainThreadVariant.start(options, options.concurrency),
};

class MainThreadVariant extends ProfiledVariant implements RunningVariant {
  readonly threads = 1;
  readonly concurrency: number;
  readonly #host: ThreadHost;

  private constructor(host: ThreadHost, concurrency: number) {
    super(host.watch, null);
    this.#host = host;
    this.concurrency = concurrency;
  }

  static async start(options: VariantOptions, concurrency: number): Promise<MainThreadVariant> {
    const host = await ThreadHost.open(options.data, options.state, 0, concurrency);
    return new MainThreadVariant(host, concurrency);
  }

  connect(): Promise<void> {
    return this.#host.connect();
  }

  async disconnect(): Promise<void> {
    this.#host.disconnect();
  }

  prepare(trace: SharedArrayBuffer | null, watchLoop = false): Promise<void> {
    return this.#host.prepare(trace, watchLoop);
  }

  runPlan(): Promise<void> {
    return this.#host.runPlan();
  }

  async report(): Promise<ThreadReport> {
    return this.#host.report();
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}
