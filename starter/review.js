const player = document.querySelector("video");
for (const link of document.querySelectorAll("[data-at]"))
  link.addEventListener("click", () => { if (player) { player.currentTime = Number(link.dataset.at) + 0.01; player.play(); } });
for (const button of document.querySelectorAll(".commands button"))
  button.addEventListener("click", async () => {
    const code = button.querySelector("code");
    try { await navigator.clipboard.writeText(code.textContent); }
    catch { getSelection().selectAllChildren(code); document.execCommand("copy"); }
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1500);
  });
