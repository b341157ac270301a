import type { Fill, Theme } from './colours.ts';

/** Of a box that one of two sides does not have. */
export type Mark = 'added' | 'removed';

interface Paint extends Fill {
  readonly mark: Mark | null;
  /** Of the mark: it is nothing to go by. */
  readonly faint: boolean;
}

export interface BoxStyle {
  paint(node: number, theme: Theme): Paint;
  /** After its name, if there is room. */
  note(node: number): string | null;
  describe(node: number): Description;
}

export interface Description {
  readonly name: string;
  /** Where it is, or what kind it is. */
  readonly place: string | null;
  /** What there is to say, as label and value. */
  readonly facts: readonly (readonly [label: string, value: string])[];
}
