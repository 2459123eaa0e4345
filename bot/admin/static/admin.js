// The pages work without this file; it only asks before what cannot be undone.
document.addEventListener("submit", (event) => {
  const words = event.target.dataset.ask;
  if (words && !window.confirm(words)) event.preventDefault();
});
