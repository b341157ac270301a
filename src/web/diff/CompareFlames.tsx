import type { PageFlame } from '../../core/documents/flame.ts';
import { Choice } from '../flame/controls.tsx';
import { oneOf } from '../state/codecs.ts';
import { useHashState } from '../state/use-hash-state.ts';
import { DiffFlame } from './DiffFlame.tsx';

export interface Comparable {
  readonly flames: readonly PageFlame[];
  /** Ids of those that are compared unless others are chosen. */
  readonly a: string;
  readonly b: string;
}

interface Props {
  readonly id: string;
  readonly data: Comparable;
}

/** Any two flames of the page, one against the other. */
export function CompareFlames({ id, data: { flames, a: usualA, b: usualB } }: Props) {
  const prefix = `diff.${id}`;
  const ids = oneOf(flames.map((flame) => flame.id));
  const [a, setA] = useHashState(`${prefix}.a`, usualA, ids);
  const [b, setB] = useHashState(`${prefix}.b`, usualB, ids);
  const [sideA, sideB] = [a, b].map((side) => flames.find((flame) => flame.id === side));
  if (sideA === undefined || sideB === undefined) return null;
  const options = flames.map((flame) => [flame.id, flame.label] as const);
  return (
    <>
      <fieldset class="toolbar sides" aria-label="Which two are compared">
        <Choice label="A" name="a" value={a} options={options} onChange={setA} />
        <Choice label="B" name="b" value={b} options={options} onChange={setB} />
        <button
          type="button"
          onClick={() => {
            setA(b);
            setB(a);
          }}
        >
          Swap
        </button>
      </fieldset>
      <DiffFlame prefix={prefix} a={sideA} b={sideB} />
    </>
  );
}
