/** A package that a capture runs; none of them comes with Threadmill. */
export type CaptureTool = '0x' | 'clinic';

interface CaptureFacts {
  /** Null: Threadmill takes it by itself. */
  readonly tool: CaptureTool | null;
  /** `profile` takes it unless told otherwise, where its tool is installed. */
  readonly isDefault: boolean;
  /** How long the load lasts, ms. Doctor rejects less than about 3 s; elsewhere 2 s give some 2,000 samples per thread. */
  readonly minLoadMs: number;
}

export const CAPTURE_FACTS = {
  threads: { tool: null, isDefault: true, minLoadMs: 2000 },
  '0x': { tool: '0x', isDefault: true, minLoadMs: 2000 },
  '0x-threads': { tool: '0x', isDefault: true, minLoadMs: 0 },
  heap: { tool: null, isDefault: true, minLoadMs: 2000 },
  'clinic-flame': { tool: 'clinic', isDefault: true, minLoadMs: 2000 },
  'clinic-doctor': { tool: 'clinic', isDefault: true, minLoadMs: 3500 },
  'clinic-bubbleprof': { tool: 'clinic', isDefault: false, minLoadMs: 2000 },
  'clinic-heapprofiler': { tool: 'clinic', isDefault: false, minLoadMs: 2000 },
} as const satisfies Readonly<Record<string, CaptureFacts>>;

export type CaptureName = keyof typeof CAPTURE_FACTS;
export const CAPTURE_NAMES = Object.keys(CAPTURE_FACTS) as [CaptureName, ...CaptureName[]];
