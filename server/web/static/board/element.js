// Builds what is seen: elements without markup in strings, and a swap that keeps the focus.

const SVG = "http://www.w3.org/2000/svg";

const isSeen = (child) => child !== null && child !== undefined && child !== false;

/** h("button", { class: "primary", onclick: take }, "Take"): null, undefined and false leave out. */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter(isSeen));
  return element;
}

/** Puts new children in place of the old; the focus stays on what has the same data-focus. */
export function swap(container, ...children) {
  const held = container.contains(document.activeElement)
    ? document.activeElement.dataset.focus
    : undefined;
  container.replaceChildren(...children.flat(2).filter(isSeen));
  if (held) container.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

export const byId = (id) => document.getElementById(id);
