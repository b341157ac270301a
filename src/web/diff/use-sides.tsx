import type { ComponentChild } from 'preact';
import type { PageFlame } from '../../core/documents/flame.ts';
import { Choice } from '../flame/controls.tsx';
import { oneOf } from '../state/codecs.ts';
import { useHashState } from '../state/use-hash-state.ts';

export interface Comparable {
  readonly flames: readonly PageFlame[];
  /** Ids of the flames that are compared by default. */
  readonly a: string;
  readonly b: string;
}

/** Two of the flames, and the controls that choose which. */
export function useSides(
  prefix: string,
  { flames, a: usualA, b: usualB }: Comparable,
): { readonly a: PageFlame; readonly b: PageFlame; readonly chooser: ComponentChild } {
  const ids = oneOf(flames.map((flame) => flame.id));
  const [a, setA] = useHashState(`${prefix}.a`, usualA, ids);
  const [b, setB] = useHashState(`${prefix}.b`, usualB, ids);
  const [sideA, sideB] = [a, b].map((side) => flames.find((flame) => flame.id === side)!);
  const options = flames.map((flame) => [flame.id, flame.label] as const);
  const swap = (): void => {
    setA(b);
    setB(a);
  };
  const chooser = (
    <>
      <Choice label="A" name="a" value={a} options={options} onChange={setA} labelled />
      <Choice label="B" name="b" value={b} options={options} onChange={setB} labelled />
      <button type="button" onClick={swap}>
        Swap
      </button>
    </>
  );
  return { a: sideA!, b: sideB!, chooser };
}
