import { MainThreadVariant } from './main-thread.ts';
import type { Variant } from './variant.ts';

export const eventLoop: Variant = {
  name: 'event-loop',
  description: 'jobs overlapped on the main thread, up to --concurrency at once',
  start: (options) => MainThreadVariant.start(options, options.concurrency),
};
