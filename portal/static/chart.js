// Arrow keys move between the teeth of a chart, so that it is one stop of the tabulator. Without
// this script every tooth is a stop of its own.
"use strict";

const teethOf = (mouth) => Array.from(mouth.querySelectorAll(".teeth button, .teeth a"));

// The centre of a tooth as it is laid out now: sixteen in a row, or eight on a small screen.
const centre = (tooth) => {
  const box = tooth.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The nearest tooth in a direction; one that is straight ahead goes before one aside.
const next = (teeth, from, [right, down]) => {
  const here = centre(from);
  let nearest = null;
  let least = Infinity;
  for (const tooth of teeth) {
    const { x, y } = centre(tooth);
    const ahead = (x - here.x) * right + (y - here.y) * down;
    const aside = Math.abs((x - here.x) * down) + Math.abs((y - here.y) * right);
    if (ahead > 1 && (down !== 0 || aside < 1) && ahead + 2 * aside < least) {
      nearest = tooth;
      least = ahead + 2 * aside;
    }
  }
  return nearest;
};

const goTo = (teeth, tooth) => {
  for (const one of teeth) one.tabIndex = one === tooth ? 0 : -1;
};

const begin = () => {
  for (const mouth of document.querySelectorAll(".chart .mouth")) {
    const teeth = teethOf(mouth);
    if (teeth.length > 0 && !teeth.some((one) => one.tabIndex === -1)) goTo(teeth, teeth[0]);
  }
};

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const mouth = event.target.closest(".chart .mouth");
  if (!step || !mouth) return;
  event.preventDefault();
  const teeth = teethOf(mouth);
  const found = next(teeth, event.target, step);
  if (found) found.focus();
});

document.addEventListener("focusin", (event) => {
  const mouth = event.target.closest(".chart .mouth");
  if (mouth) goTo(teethOf(mouth), event.target);
});

document.addEventListener("htmx:afterSettle", begin);
begin();
