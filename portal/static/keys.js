// What is done often has a key: whatever bears `data-key` is pressed, ticked or gone to by it. Keys
// of a line are those of the line one is at. They are off while somebody types, and can be turned
// off. Without this script everything is there all the same.
"use strict";

const OFF = "partitur-keys-off";
const isOn = () => localStorage.getItem(OFF) === null;

const LINES = "[data-line]";
let current = null;

const goToLine = (line) => {
  if (current) current.classList.remove("current");
  current = line;
  if (!line) return;
  line.classList.add("current");
  line.scrollIntoView({ block: "nearest" });
  const first = line.querySelector("input[type=radio]:checked, input[type=radio]");
  if (first) first.focus({ preventScroll: true });
};

const step = (many) => {
  const lines = Array.from(document.querySelectorAll(LINES));
  if (lines.length === 0) return;
  const place = lines.indexOf(current) + many;
  goToLine(lines[Math.min(Math.max(current ? place : 0, 0), lines.length - 1)]);
};

const isTyping = (target) =>
  target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

const isHidden = (element) => element.getClientRects().length === 0;

const found = (key) => {
  const all = Array.from(document.querySelectorAll("[data-key]")).filter(
    (one) => one.dataset.key === key && !one.dataset.also && !one.disabled,
  );
  const line = current || document.querySelector(LINES);
  return all.find((one) => line && line.contains(one)) || all.find((one) => !one.closest(LINES));
};

// A field that is hidden is shown by the choice that it belongs to.
const show = (element) => {
  const details = element.closest("details");
  if (details && element.tagName !== "SUMMARY") details.open = true;
  const line = element.closest(LINES);
  if (!line || !isHidden(element)) return;
  const choice = element.closest(".limits") ? "part" : element.closest(".cut") ? "approved" : "refused";
  const radio = line.querySelector(`input[type=radio][value="${choice}"]`);
  if (radio) radio.checked = true;
};

const press = (element) => {
  show(element);
  const line = element.closest(LINES);
  if (line && line !== current) goToLine(line);
  if (element.matches("input[type=radio], input[type=checkbox], button, a, summary")) {
    element.focus();
    element.click();
  } else {
    element.focus();
    if (element.select) element.select();
  }
  if (element.value === "approved" && element.type === "radio") step(1);
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey) return;
  if (document.querySelector("dialog[open]") || !isOn()) return;
  if (event.ctrlKey) {
    const both = document.querySelector(`[data-also="Control"][data-key="${CSS.escape(event.key)}"]`);
    if (both) {
      event.preventDefault();
      both.click();
    }
    return;
  }
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "j" || event.key === "J") return step(event.key === "j" ? 1 : -1);
  const element = event.key.length === 1 ? found(event.key) : null;
  if (element) {
    event.preventDefault();
    press(element);
  }
});

document.addEventListener("focusin", (event) => {
  const line = event.target.closest(LINES);
  if (!line || line === current) return;
  if (current) current.classList.remove("current");
  current = line;
  line.classList.add("current");
});

// Lines that are marked, or all where none is, get the same choice at once.
const chooseMany = (button) => {
  const lines = Array.from(document.querySelectorAll(LINES));
  const marked = lines.filter((line) => line.querySelector("input[name=mark]:checked"));
  for (const line of marked.length > 0 ? marked : lines) {
    const radio = line.querySelector(`input[type=radio][value="${button.dataset.chooses}"]`);
    if (radio) radio.checked = true;
  }
};

const said = (element) => {
  const labelled = element.labels && element.labels[0] ? element.labels[0] : element;
  const copy = labelled.cloneNode(true);
  for (const one of copy.querySelectorAll("kbd, input, select, textarea, small")) one.remove();
  return copy.textContent.trim();
};

// The list of keys is made of what bears them, so that it says what is there.
const fill = (dialog) => {
  const list = dialog.querySelector("dl");
  list.textContent = "";
  const shown = new Set();
  const add = (key, text) => {
    if (shown.has(key) || !text) return;
    shown.add(key);
    const term = document.createElement("dt");
    term.textContent = text;
    const name = document.createElement("dd");
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    name.append(kbd);
    list.append(term, name);
  };
  for (const one of document.querySelectorAll("[data-key]")) {
    if (one.disabled || !one.dataset.key) continue;
    add(one.dataset.also ? `Ctrl ${one.dataset.key}` : one.dataset.key, said(one));
  }
  if (document.querySelector(LINES)) {
    add("j", dialog.dataset.next);
    add("J", dialog.dataset.before);
  }
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chooses], [data-opens], [data-shows]");
  if (!button) return;
  if (button.dataset.chooses) {
    event.preventDefault();
    chooseMany(button);
  } else if (button.dataset.opens) {
    const dialog = document.getElementById(button.dataset.opens);
    fill(dialog);
    dialog.querySelector("#keys-on").checked = isOn();
    dialog.showModal();
  } else {
    document.getElementById(button.dataset.shows).classList.add("shown");
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id !== "keys-on") return;
  if (event.target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});
