// How far what is sent has come. Without this file every form works, only silently.
(() => {
  "use strict";

  const show = (progress, event) => {
    progress.hidden = false;
    if (event.lengthComputable && event.loaded < event.total) {
      progress.max = event.total;
      progress.value = event.loaded;
    } else {
      progress.removeAttribute("value"); // sent: now it is being answered
    }
  };

  // A form's button that htmx sends by itself; data-sends names the progress element.
  for (const [name, isOver] of [["progress", false], ["loadend", true]]) {
    document.addEventListener(`htmx:xhr:${name}`, (event) => {
      const progress = document.getElementById(event.target.dataset.sends ?? "");
      if (progress === null) return;
      if (isOver) progress.hidden = true;
      else show(progress, event.detail);
    });
  }

  // A file of invoices: its answers come while it is decided, and take the place of the last ones.
  const form = document.querySelector("form[data-streams]");
  form?.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "show") return; // the browser saves the answers by itself
    event.preventDefault();
    const progress = document.getElementById("progress");
    const told = document.getElementById("told");
    const answers = document.getElementById("answers");
    const buttons = form.querySelectorAll("button");
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (sent) => show(progress, sent));
    request.addEventListener("progress", () => {
      const many = request.responseText.match(/<!--\d+-->/g)?.pop().match(/\d+/)[0];
      if (many) told.textContent = form.dataset.answered.replace("0", many);
    });
    request.addEventListener("loadend", () => {
      progress.hidden = true;
      told.textContent = "";
      for (const button of buttons) button.disabled = false;
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const come = page.getElementById("answers") ?? page.querySelector("main");
      if (request.status === 0 || come === null) {
        told.textContent = form.dataset.lost;
        return;
      }
      answers.replaceChildren(...come.childNodes);
      answers.focus();
    });
    request.open("POST", form.action);
    request.send(new FormData(form, event.submitter));
    for (const button of buttons) button.disabled = true;
    told.textContent = form.dataset.sending;
    progress.hidden = false;
  });
})();
