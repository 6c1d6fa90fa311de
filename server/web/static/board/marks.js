// What stands on the map: the incidents' shapes, the open one's track, its circle, the scale.

import { look, SIZE } from "./look.js";
import { lat, x, y } from "./land.js";
import { distance } from "./words.js";

const ROUND = 2 * Math.PI * 6_378_137; // metres along the equator
const SIDE = 38; // px of a mark; the open incident's is larger
const NICE = [1, 2, 5];

const paths = new Map();
const pathOf = (d) =>
  paths.get(d) ?? paths.set(d, { path: new Path2D(d), number: paths.size }).get(d);
const STAMPS = 500; // pictures kept of each set of colours
const stamps = new WeakMap(); // colours → what is written on a mark → its picture

/** Metres to a pixel at this height of the sheet. */
export const metresPerPixel = (sheetY, scale) =>
  (ROUND * Math.cos((lat(sheetY) * Math.PI) / 180)) / scale;

export function drawMark(context, { incident, px, py, selected }, time, colours) {
  const looks = look(incident, time);
  const side = selected ? 1.25 * SIDE : SIDE;
  context.drawImage(stamp(looks, side, context.getTransform().a, colours),
    px - side / 2, py - side / 2, side, side);
  if (selected) label(context, incident.code, px, py + 0.75 * SIDE, colours, colours[looks.colour]);
}

/** A mark as a picture: thousands of incidents look alike but for a few, and those are kept. */
function stamp({ parts, text, textColour }, side, density, colours) {
  if (!stamps.has(colours)) stamps.set(colours, new Map());
  const known = stamps.get(colours);
  const key = [side, density, text, textColour, ...parts.map(partKey)].join("|");
  if (!known.has(key)) {
    if (known.size > STAMPS) known.clear();
    known.set(key, stamped(parts, text, textColour, side * density, colours));
  }
  return known.get(key);
}

const partKey = ({ d, fill, stroke, width, dash }) =>
  `${pathOf(d).number} ${fill} ${stroke} ${width} ${dash}`;

function stamped(parts, text, textColour, side, colours) {
  const picture = document.createElement("canvas");
  picture.width = picture.height = Math.ceil(side);
  const context = picture.getContext("2d");
  context.scale(side / SIZE, side / SIZE);
  halo(context, colours.surface);
  for (const part of parts) {
    context.setLineDash(part.dash ?? []);
    if (part.fill) {
      context.fillStyle = colours[part.fill];
      context.fill(pathOf(part.d).path);
    }
    if (part.stroke) {
      context.strokeStyle = colours[part.stroke];
      context.lineWidth = part.width;
      context.stroke(pathOf(part.d).path);
    }
  }
  context.fillStyle = colours[textColour];
  context.font = `700 15px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, SIZE / 2, SIZE / 2 + 1);
  return picture;
}

function halo(context, colour) {
  context.beginPath();
  context.arc(SIZE / 2, SIZE / 2, 22, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

function label(context, text, px, py, colours, colour) {
  context.font = `700 13px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = colours.surface;
  context.strokeText(text, px, py);
  context.fillStyle = colour;
  context.fillText(text, px, py);
}

/** The circle of "within so many metres", where it is larger than a dot. */
export function drawCircle(context, position, point, scale, colours) {
  if (position.accuracy_m === null) return;
  const radius = position.accuracy_m / metresPerPixel(y(position.lat), scale);
  if (radius < 6) return;
  context.beginPath();
  context.arc(point.px, point.py, radius, 0, 2 * Math.PI);
  context.globalAlpha = 0.14;
  context.fillStyle = colours.taken;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  context.strokeStyle = colours.taken;
  context.stroke();
}

/** Where the phone has been, oldest first. */
export function drawTrack(context, points, colours) {
  if (points.length < 2) return;
  context.beginPath();
  points.forEach(({ px, py }, place) => (place ? context.lineTo(px, py) : context.moveTo(px, py)));
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = colours.taken;
  context.stroke();
  for (const { px, py } of points.slice(0, -1)) {
    context.beginPath();
    context.arc(px, py, 3, 0, 2 * Math.PI);
    context.fillStyle = colours.surface;
    context.fill();
    context.lineWidth = 1.5;
    context.stroke();
  }
}

/** Lines of latitude and longitude: the only landmarks at street scale. */
export function drawGrid(context, view, colours) {
  const step = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]
    .find((degrees) => (degrees / 360) * view.scale < 220) ?? 0.001;
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  context.lineWidth = 1;
  context.strokeStyle = colours.grid;
  context.fillStyle = colours.mute;
  context.font = `11px ${colours.font}`;
  context.textAlign = "start";
  context.textBaseline = "top";
  context.beginPath();
  const { west, east, north, south } = view.degrees();
  for (let line = Math.ceil(west / step); line * step <= east; line += 1) {
    const px = view.width / 2 + (x(line * step) - view.x) * view.scale;
    context.moveTo(px, 0);
    context.lineTo(px, view.height);
    context.fillText(named(line * step, digits, "E", "W"), px + 4, 4);
  }
  for (let line = Math.ceil(south / step); line * step <= north; line += 1) {
    const { py } = view.point(0, line * step);
    context.moveTo(0, py);
    context.lineTo(view.width, py);
    context.fillText(named(line * step, digits, "N", "S"), 4, py + 4);
  }
  context.stroke();
}

function named(degrees, digits, plus, minus) {
  const turned = ((((degrees + 180) % 360) + 360) % 360) - 180;
  const letter = Math.abs(turned) < 1e-9 ? "" : turned < 0 ? minus : plus;
  return `${letter}${Math.abs(turned).toFixed(digits)}°`;
}

export function drawScale(context, view, colours) {
  const metre = 1 / metresPerPixel(view.y, view.scale);
  const most = 120 / metre;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = power * NICE.findLast((number) => number * power <= most);
  const [left, bottom] = [16, view.height - 16];
  context.lineWidth = 2;
  context.strokeStyle = colours.text;
  context.beginPath();
  context.moveTo(left, bottom - 6);
  context.lineTo(left, bottom);
  context.lineTo(left + metres * metre, bottom);
  context.lineTo(left + metres * metre, bottom - 6);
  context.stroke();
  context.textAlign = "start";
  context.textBaseline = "bottom";
  context.font = `12px ${colours.font}`;
  context.lineWidth = 3;
  context.strokeStyle = colours.surface;
  context.fillStyle = colours.text;
  context.strokeText(distance(metres), left + 6, bottom - 6);
  context.fillText(distance(metres), left + 6, bottom - 6);
}
