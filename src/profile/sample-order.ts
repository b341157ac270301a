/**
 * Sorts samples by time, in place; samples of one time stay as they came. Those of V8 are in order but for a
 * few, each a few places off, so they are moved one by one; only what is out of order in earnest is sorted.
 */
export function sortByTime(timeUs: Float64Array, node: Int32Array): void {
  let moves = timeUs.length * 4 + 1_000;
  for (let i = 1; i < timeUs.length; i++) {
    const time = timeUs[i]!;
    if (time >= timeUs[i - 1]!) continue;
    const at = node[i]!;
    let place = i;
    for (; place > 0 && timeUs[place - 1]! > time; place--) {
      timeUs[place] = timeUs[place - 1]!;
      node[place] = node[place - 1]!;
    }
    timeUs[place] = time;
    node[place] = at;
    moves -= i - place;
    if (moves < 0) {
      sortAll(timeUs, node);
      return;
    }
  }
}

function sortAll(timeUs: Float64Array, node: Int32Array): void {
  const order = Uint32Array.from(timeUs.keys()).sort((a, b) => timeUs[a]! - timeUs[b]! || a - b);
  timeUs.set(Float64Array.from(order, (i) => timeUs[i]!));
  node.set(Int32Array.from(order, (i) => node[i]!));
}
