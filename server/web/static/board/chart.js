// The map: a canvas that is moved by mouse, wheel, touch, keys and buttons.

import { everySecond, now } from "./clock.js";
import { byId } from "./element.js";
import { isUntaken } from "./incidents.js";
import { Land, lat, lon, x, y } from "./land.js";
import { drawCircle, drawGrid, drawMark, drawScale, drawTrack } from "./marks.js";

const CLOSEST = 2 ** 26; // px round the world: streets; farther in there is nothing to see
const NEAR = 2 ** 14; // px; an opened incident is shown with its region
const MARGIN = 70; // px kept free round what is brought into sight
const LIVED_IN = [{ lat: 72, lon: -20 }, { lat: -50, lon: 60 }];
const REACH = 26; // px from a mark that still mean it
const UNDER = 8; // px between two marks of which only the upper one is drawn
const STEP = 80; // px an arrow key moves
const ROLES = ["alarm", "taken", "safe", "waiting", "drill", "surface", "on", "text", "mute",
  "sea", "land", "coast", "border", "grid"];

export class Chart {
  /** `onPick(id)` when a mark is pressed; `closest`: how near all of them are shown. */
  constructor(onPick, closest = NEAR / 4) {
    Object.assign(this, { onPick, closest });
    this.canvas = byId("chart");
    this.context = this.canvas.getContext("2d");
    Object.assign(this, { x: 0.5, y: 0.5, scale: 512, width: 0, height: 0 });
    this.incidents = [];
    this.open = null;
    this.land = null;
    this.asked = false;
    this.isPlaced = false;
    this.pointers = new Map();
    this.readColours();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.readColours();
      this.ask();
    });
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    this.listen();
    everySecond((time) => time % 10_000 < 1000 && this.ask());
    Land.load().then((land) => {
      this.land = land;
      this.ask();
    });
  }

  show(incidents) {
    this.incidents = incidents.filter(({ position }) => position);
    if (!this.isPlaced && this.width && this.incidents.length) this.showAll();
    this.ask();
  }

  /** The open incident with its track, or null; brought into sight when it is another one. */
  showOpen(detail) {
    const another = detail && detail.id !== this.open?.id;
    this.open = detail;
    if (another && detail.position) {
      this.isPlaced = true;
      this.centre(detail.position, Math.max(NEAR, Math.min(this.scale, 16 * NEAR)));
    }
    this.ask();
  }

  centre(position, scale) {
    Object.assign(this, { x: x(position.lon), y: y(position.lat) });
    this.setScale(scale);
  }

  /** All incidents; without any, the lands where people live. */
  showAll() {
    const places = this.incidents.map(({ position }) => position);
    this.isPlaced = places.length > 0;
    if (this.isPlaced) this.fit(places, this.closest);
    else this.fit(LIVED_IN, NEAR, 0);
  }

  showOne() {
    if (!this.open?.position) return;
    const { position } = this.open;
    const reach = Math.max(50, position.accuracy_m ?? 0) / 111_320;
    const wide = reach / Math.max(0.1, Math.cos((position.lat * Math.PI) / 180));
    this.fit([
      { lat: position.lat - reach, lon: position.lon - wide },
      { lat: position.lat + reach, lon: position.lon + wide },
      ...this.open.track,
    ], CLOSEST);
  }

  fit(places, closest, margin = MARGIN) {
    const [xs, ys] = [places.map((place) => x(place.lon)), places.map((place) => y(place.lat))];
    const [west, east] = [Math.min(...xs), Math.max(...xs)];
    const [north, south] = [Math.min(...ys), Math.max(...ys)];
    Object.assign(this, { x: (west + east) / 2, y: (north + south) / 2 });
    const room = (side) => Math.max(80, side - 2 * margin);
    this.setScale(Math.min(closest, room(this.width) / (east - west), room(this.height) / (south - north)));
  }

  /** Px round the world: never less than fills the canvas from top to bottom. */
  setScale(scale) {
    this.scale = Math.min(CLOSEST, Math.max(this.height, 256, scale));
    const half = this.height / 2 / this.scale;
    this.y = Math.min(1 - half, Math.max(half, this.y));
    this.x -= Math.floor(this.x);
    this.ask();
  }

  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const before = this.scale;
    const scale = Math.min(CLOSEST, Math.max(this.height, 256, before * factor));
    this.x += (px - this.width / 2) * (1 / before - 1 / scale);
    this.y += (py - this.height / 2) * (1 / before - 1 / scale);
    this.setScale(scale);
  }

  move(dx, dy) {
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
    this.setScale(this.scale);
  }

  /** Where a place is on the canvas; of its copies round the world, the nearest to the middle. */
  point(lonDegrees, latDegrees) {
    const across = x(lonDegrees) - this.x;
    return {
      px: this.width / 2 + (across - Math.round(across)) * this.scale,
      py: this.height / 2 + (y(latDegrees) - this.y) * this.scale,
    };
  }

  degrees() {
    const [across, down] = [this.width / 2 / this.scale, this.height / 2 / this.scale];
    return {
      west: lon(this.x - across), east: lon(this.x + across),
      north: lat(this.y - down), south: lat(this.y + down),
    };
  }

  ask() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      if (this.width) this.draw();
    });
  }

  resize() {
    const density = window.devicePixelRatio || 1;
    Object.assign(this, { width: this.canvas.clientWidth, height: this.canvas.clientHeight, density });
    this.canvas.width = Math.round(this.width * density);
    this.canvas.height = Math.round(this.height * density);
    if (!this.isPlaced) this.showAll();
    else this.setScale(this.scale);
    if (this.width) this.draw(); // at once: a resized canvas is blank
  }

  readColours() {
    const style = getComputedStyle(document.documentElement);
    this.colours = { font: getComputedStyle(document.body).fontFamily };
    for (const role of ROLES) this.colours[role] = style.getPropertyValue(`--${role}`).trim();
  }

  draw() {
    const { context, colours, density, scale, width, height } = this;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.direction = "ltr";
    context.fillStyle = colours.sea;
    context.fillRect(0, 0, width, height);
    if (this.land) this.drawLand();
    drawGrid(context, this, colours);
    this.drawOpen();
    const time = now();
    for (const mark of this.seen(this.marks())) drawMark(context, mark, time, colours);
    drawScale(context, this, colours);
    this.canvas.dataset.marks = String(this.incidents.length);
  }

  drawLand() {
    const { context, colours, density, scale, width, height } = this;
    const [across, down] = [width / 2 / scale, height / 2 / scale];
    const seen = { west: this.x - across, east: this.x + across, north: this.y - down, south: this.y + down };
    context.save();
    context.setTransform(density * scale, 0, 0, density * scale,
      -seen.west * scale * density, -seen.north * scale * density);
    this.land.draw(context, seen, scale, colours);
    context.restore();
  }

  drawOpen() {
    if (!this.open?.position) return;
    const track = [...this.open.track].sort((one, other) => one.at.localeCompare(other.at));
    drawTrack(this.context, track.map((place) => this.point(place.lon, place.lat)), this.colours);
    const { position } = this.open;
    drawCircle(this.context, position, this.point(position.lon, position.lat), this.scale, this.colours);
  }

  /** Untaken over taken, the open one over all. */
  marks() {
    const height = ({ id }) => (id === this.open?.id ? 2 : 0);
    return this.incidents
      .map((incident) => ({
        incident,
        selected: incident.id === this.open?.id,
        ...this.point(incident.position.lon, incident.position.lat),
      }))
      .sort((one, other) =>
        height(one.incident) + isUntaken(one.incident) - height(other.incident) - isUntaken(other.incident));
  }

  /** Of five thousand marks few can be seen: none that lies beside the canvas or under another. */
  seen(marks) {
    const places = new Set();
    return marks.reverse().filter(({ px, py, selected }) => {
      if (px < -REACH || py < -REACH || px > this.width + REACH || py > this.height + REACH) return false;
      const place = Math.round(px / UNDER) * 100_000 + Math.round(py / UNDER);
      if (places.has(place) && !selected) return false;
      places.add(place);
      return true;
    }).reverse();
  }

  pick(px, py) {
    const near = this.marks()
      .map((mark) => ({ ...mark, away: Math.hypot(mark.px - px, mark.py - py) }))
      .filter(({ away }) => away < REACH)
      .sort((one, other) => one.away - other.away);
    if (near.length) this.onPick(near[0].incident.id);
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.dragged(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, (event) => this.up(event));
    }
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(2 ** (-event.deltaY / (event.deltaMode ? 12 : 300)), event.offsetX, event.offsetY);
    }, { passive: false });
    canvas.addEventListener("dblclick", (event) => this.zoom(2, event.offsetX, event.offsetY));
    canvas.addEventListener("keydown", (event) => this.key(event));
    byId("zoom-in").addEventListener("click", () => this.zoom(2));
    byId("zoom-out").addEventListener("click", () => this.zoom(0.5));
    byId("show-all").addEventListener("click", () => this.showAll());
    byId("show-one").addEventListener("click", () => this.showOne());
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { px: event.offsetX, py: event.offsetY });
    this.travelled = 0;
  }

  /** One finger moves; two also spread. */
  dragged(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const after = { px: event.offsetX, py: event.offsetY };
    const [dx, dy] = [after.px - before.px, after.py - before.py];
    this.travelled += Math.hypot(dx, dy);
    this.pointers.set(event.pointerId, after);
    const fingers = this.pointers.size;
    this.move(dx / fingers, dy / fingers);
    if (fingers < 2) return;
    const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    const spread = (place) => Math.hypot(place.px - other.px, place.py - other.py) || 1;
    this.zoom(spread(after) / spread(before), (after.px + other.px) / 2, (after.py + other.py) / 2);
  }

  up(event) {
    const alone = this.pointers.size === 1;
    this.pointers.delete(event.pointerId);
    if (event.type === "pointerup" && alone && this.travelled < 6) this.pick(event.offsetX, event.offsetY);
  }

  key(event) {
    const step = {
      ArrowLeft: () => this.move(STEP, 0), ArrowRight: () => this.move(-STEP, 0),
      ArrowUp: () => this.move(0, STEP), ArrowDown: () => this.move(0, -STEP),
      "+": () => this.zoom(2), "=": () => this.zoom(2), "-": () => this.zoom(0.5),
      0: () => this.showAll(), 1: () => this.showOne(),
    }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    step();
  }
}
