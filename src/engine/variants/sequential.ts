import { MainThreadVariant } from './main-thread.ts';
import type { Variant } from './variant.ts';

export const sequential: Variant = {
  start: (options) => MainThreadVariant.start(options, 1),
};
