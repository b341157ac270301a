import { MainThreadVariant } from './main-thread.ts';
import type { Variant } from './variant.ts';

export const eventLoop: Variant = {
  start: (options) => MainThreadVariant.start(options, options.concurrency),
};
