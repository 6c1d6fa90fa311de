// Inline pictures of numbers: shapes alone, in the page's colours. Each stands above its table.

import { svg } from "../board/element.js";

const WIDTH = 480;
const HEIGHT = 160;
const FOOT = 18;

/** A column a day, alerts below and drills on top; days without any take their room too. */
export function columns(days) {
  if (!days.length) return null;
  const first = Date.parse(days[0].day);
  const length = (Date.parse(days.at(-1).day) - first) / 86_400_000 + 1;
  const most = Math.max(...days.map((one) => one.alert + one.drill));
  const step = WIDTH / Math.max(length, 7);
  const room = HEIGHT - FOOT - 14;
  const shapes = days.flatMap((one) => {
    const x = ((Date.parse(one.day) - first) / 86_400_000) * step;
    const alerts = (one.alert / most) * room;
    const drills = (one.drill / most) * room;
    const width = Math.max(step * 0.8, 1);
    return [
      svg("rect", { class: "alerts", x, y: HEIGHT - FOOT - alerts, width, height: alerts }),
      svg("rect", { class: "drills", x, y: HEIGHT - FOOT - alerts - drills, width, height: drills }),
    ];
  });
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", direction: "ltr" },
    svg("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT }),
    ...shapes,
    svg("text", { x: 0, y: 11 }, most),
    svg("text", { x: 0, y: HEIGHT - 4 }, days[0].day),
    length > 7 && svg("text", { x: WIDTH, y: HEIGHT - 4, "text-anchor": "end" }, days.at(-1).day));
}

/** A row's own bar, as long as its share of the longest; a lighter one behind it. */
export function bar(half, most, longest) {
  const length = (value) => (longest ? ((value ?? 0) / longest) * 100 : 0);
  return svg("svg", { viewBox: "0 0 100 14", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "most", x: 0, y: 0, width: length(most), height: 14 }),
    svg("rect", { class: "half", x: 0, y: 3, width: length(half), height: 8 }));
}
