/** A package that a capture runs; none of them comes with Threadmill. */
export type CaptureTool = '0x' | 'clinic';

interface CaptureFacts {
  /** Null: Threadmill takes it by itself. */
  readonly tool: CaptureTool | null;
  /** `profile` takes it unless told otherwise, where its tool is installed. */
  readonly isDefault: boolean;
}

/** Every capture, in the order in which they run and are listed. */
export const CAPTURE_FACTS = {
  threads: { tool: null, isDefault: true },
  '0x': { tool: '0x', isDefault: true },
  '0x-threads': { tool: '0x', isDefault: true },
  heap: { tool: null, isDefault: true },
  'clinic-flame': { tool: 'clinic', isDefault: true },
  'clinic-doctor': { tool: 'clinic', isDefault: true },
  'clinic-bubbleprof': { tool: 'clinic', isDefault: false },
  'clinic-heapprofiler': { tool: 'clinic', isDefault: false },
} as const satisfies Readonly<Record<string, CaptureFacts>>;

export type CaptureName = keyof typeof CAPTURE_FACTS;
export const CAPTURE_NAMES = Object.keys(CAPTURE_FACTS) as [CaptureName, ...CaptureName[]];
