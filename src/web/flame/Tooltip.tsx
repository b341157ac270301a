import type { Description } from './box-style.ts';

interface Props {
  readonly description: Description;
  /** Of the pointer within the picture, CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const WIDTH_PX = 340;
const OFFSET_PX = 16;

export function Tooltip({ description: { name, place, facts }, x, y, width }: Props) {
  const left = Math.max(0, Math.min(x + OFFSET_PX, width - WIDTH_PX));
  return (
    <div class="tooltip" aria-hidden="true" style={{ left: `${left}px`, top: `${y + OFFSET_PX}px` }}>
      <b>{name}</b>
      {place !== null && <span class="place">{place}</span>}
      <dl>
        {facts.map(([label, value]) => [
          <dt key={label}>{label}</dt>,
          <dd key={`${label} value`}>{value}</dd>,
        ])}
      </dl>
    </div>
  );
}
