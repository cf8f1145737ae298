// On a narrow screen the drawing is wider than the page: begin at today, not at the past.
const drawn = document.querySelector(".drawn");
const today = drawn && drawn.querySelector(".today");
if (today && drawn.scrollWidth > drawn.clientWidth) {
  const place = today.getBoundingClientRect().left - drawn.getBoundingClientRect().left;
  drawn.scrollLeft = place - drawn.clientWidth * 0.7;
}
