const slides = [...document.querySelectorAll("main > section > section")];
const place = document.querySelector("nav");
const shown = () => slides.reduce((best, slide, i) =>
  Math.abs(slide.getBoundingClientRect().top) <
  Math.abs(slides[best].getBoundingClientRect().top) ? i : best, 0);
const say = () => { place.textContent = `${shown() + 1} / ${slides.length}`; };
const step = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
document.addEventListener("keydown", (event) => {
  const last = slides.length - 1;
  const to = event.key in step ? shown() + step[event.key]
    : event.key === "Home" ? 0 : event.key === "End" ? last : null;
  if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  slides[Math.min(last, Math.max(0, to))].scrollIntoView();
});
document.addEventListener("scroll", say, { passive: true });
say();
