// Land and borders on a Web Mercator sheet of side 1, drawn from our own outlines.

const LIMIT = 85.0511; // degrees; the sheet is square

export const x = (lon) => lon / 360 + 0.5;
export function y(lat) {
  const sine = Math.sin((Math.max(-LIMIT, Math.min(LIMIT, lat)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
export const lon = (sheetX) => (sheetX - 0.5) * 360;
export const lat = (sheetY) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * sheetY))) * 180) / Math.PI;

export class Land {
  constructor(world) {
    this.land = world.land.map((line) => shape(line, world.steps));
    this.borders = world.borders.map((line) => shape(line, world.steps));
  }

  static async load() {
    const answer = await fetch(new URL("../map/world.json", import.meta.url));
    return new Land(await answer.json());
  }

  /** The context's transform is the sheet's; `seen` is the part of it in sight. */
  draw(context, seen, scale, colours) {
    // One sheet more on either side: outlines across the date line reach into their neighbour.
    for (let copy = Math.floor(seen.west) - 1; copy <= Math.floor(seen.east) + 1; copy += 1) {
      this.copy(context, seen, scale, colours, copy);
    }
  }

  copy(context, seen, scale, colours, copy) {
    context.save();
    context.translate(copy, 0);
    const isSeen = (line) =>
      line.west + copy < seen.east && line.east + copy > seen.west &&
      line.north < seen.south && line.south > seen.north;
    context.fillStyle = colours.land;
    context.strokeStyle = colours.coast;
    context.lineWidth = 0.8 / scale;
    for (const { path } of this.land.filter(isSeen)) {
      context.fill(path);
      context.stroke(path);
    }
    context.strokeStyle = colours.border;
    for (const { path } of this.borders.filter(isSeen)) context.stroke(path);
    context.restore();
  }
}

/** One packed line (first point, then differences) as a path with its bounds on the sheet. */
function shape(packed, steps) {
  const path = new Path2D();
  const bounds = { west: Infinity, east: -Infinity, north: Infinity, south: -Infinity };
  let [east, up] = [0, 0];
  for (let place = 0; place < packed.length; place += 2) {
    east += packed[place];
    up += packed[place + 1];
    const [px, py] = [x(east / steps), y(up / steps)];
    if (place) path.lineTo(px, py);
    else path.moveTo(px, py);
    bounds.west = Math.min(bounds.west, px);
    bounds.east = Math.max(bounds.east, px);
    bounds.north = Math.min(bounds.north, py);
    bounds.south = Math.max(bounds.south, py);
  }
  return { path, ...bounds };
}
