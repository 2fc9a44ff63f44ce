// While an application is written, buttons that only change the form put the new page in without
// leaving the place, and a file shows how much of it is sent. Without this script each is an
// ordinary form.
"use strict";

// What leads elsewhere, and so is left to the browser.
const LEAVING = ["begin", "save", "submit", "supplement", "appeal"];

const isOurs = (form) => form.id === "application";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!isOurs(form) || !button || LEAVING.includes(button.value)) return;
  event.preventDefault();
  const isFile = button.value === "enclose";
  if (isFile) form.querySelector("progress").hidden = false;
  window.htmx.ajax("POST", form.action, {
    source: form,
    target: "#main",
    select: "#main",
    swap: `outerHTML show:${isFile ? "#attachments:top" : "none"}`,
    values: { [button.name]: button.value },
  });
});

// A file that is not to be sent now would be sent again with every tooth.
document.addEventListener("htmx:configRequest", (event) => {
  const said = event.detail.formData;
  if (isOurs(event.target) && said.get("act") !== "enclose") said.delete("file");
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = isOurs(event.target) && event.target.querySelector("progress");
  if (bar && event.detail.lengthComputable) {
    bar.value = (100 * event.detail.loaded) / event.detail.total;
  }
});

// A refusal is a page, too: it holds all that was typed.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (isOurs(requestConfig.elt) && (xhr.getResponseHeader("content-type") || "").startsWith("text/html")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    history.replaceState(null, "", xhr.responseURL);
    // It is kept now; what was not taken stays chosen.
    if (xhr.status === 200 && requestConfig.formData.get("act") === "enclose") {
      requestConfig.elt.querySelector("#file").value = "";
    }
  }
});
