const boxes = [...document.querySelectorAll("input[data-number]")];
const chosen = document.querySelector("[data-approve]");
const ranges = (numbers) => {
  const found = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && last[1] === number - 1) last[1] = number; else found.push([number, number]);
  }
  return found.map(([low, high]) => (low === high ? low : `${low}-${high}`)).join(" ");
};
const tell = () => {
  const numbers = boxes.filter((box) => box.checked).map((box) => Number(box.dataset.number));
  chosen.hidden = !numbers.length;
  chosen.querySelector("code").textContent = `${chosen.dataset.approve} ${ranges(numbers)}`;
  const usd = boxes.filter((box) => box.checked).reduce((sum, box) => sum + Number(box.dataset.usd), 0);
  chosen.querySelector("small").textContent = `the ${numbers.length} chosen${usd ? `, about $${usd.toFixed(2)}` : ""}`;
};
for (const box of boxes) box.addEventListener("change", tell);
if (chosen) tell();
// Of two hundred films a browser looks at those alone that can be seen.
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) { target.preload = "metadata"; seen.unobserve(target); }
}, { rootMargin: "400px" });
for (const player of document.querySelectorAll("video")) seen.observe(player);
