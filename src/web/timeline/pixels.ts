/**
 * A picture in memory, which a canvas takes over at once: 100,000 rectangles are too many calls of a canvas for one
 * frame. Colours are as an ImageData holds them, 0xAABBGGRR.
 */
export class Pixels {
  readonly width: number;
  readonly #data: Uint32Array;
  /** Red, green and blue of each pixel of a column while its parts are summed up, the lowest pixel first. */
  readonly #sums: Float64Array;

  constructor({ data, width, height }: Pick<ImageData, 'data' | 'width' | 'height'>) {
    this.width = width;
    this.#data = new Uint32Array(data.buffer, data.byteOffset, width * height);
    this.#sums = new Float64Array(3 * height);
  }

  /** Whole pixels, within the picture. */
  fill(colour: number, x: number, y: number, width: number, height: number): void {
    const data = this.#data;
    for (let line = y; line < y + height; line += 1) {
      const start = line * this.width + x;
      // Most are a few pixels wide, where the array's own `fill` takes longer.
      for (let at = start; at < start + width; at += 1) data[at] = colour;
    }
  }

  /** Adds a part of the next column, from and up to a height above its bottom, px. */
  addPart(colour: number, low: number, high: number): void {
    const sums = this.#sums;
    for (let line = Math.floor(low); line < high; line += 1) {
      const share = Math.min(high, line + 1) - Math.max(low, line);
      const at = 3 * line;
      sums[at] = sums[at]! + share * (colour & 0xff);
      sums[at + 1] = sums[at + 1]! + share * ((colour >>> 8) & 0xff);
      sums[at + 2] = sums[at + 2]! + share * ((colour >>> 16) & 0xff);
    }
  }

  /** Draws the parts that were added, in `width` columns from x on. A pixel with several parts is a mix of them. */
  drawParts(alpha: number, x: number, y: number, width: number, height: number): void {
    const sums = this.#sums;
    const opacity = Math.round(255 * alpha);
    for (let line = 0; line < height; line += 1) {
      const at = 3 * line;
      // Halves are added to round: bits cut the rest off.
      const colour = rgba(sums[at]! + 0.5, sums[at + 1]! + 0.5, sums[at + 2]! + 0.5, opacity);
      this.fill(colour, x, y + height - 1 - line, width, 1);
      sums[at] = 0;
      sums[at + 1] = 0;
      sums[at + 2] = 0;
    }
  }
}

export function rgba(red: number, green: number, blue: number, alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export function withAlpha(colour: number, alpha: number): number {
  return ((colour & 0xffffff) | (Math.round(255 * alpha) << 24)) >>> 0;
}
