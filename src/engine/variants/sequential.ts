import { MainThreadVariant } from './main-thread.ts';
import type { Variant } from './variant.ts';

export const sequential: Variant = {
  name: 'sequential',
  description: 'one job after another on the main thread: the baseline',
  start: (options) => MainThreadVariant.start(options, 1),
};
