// In a grid of photos the arrow keys go from one to the next; space ticks it, as ever.
const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }

document.addEventListener('keydown', event => {
  const grid = event.target.closest('[data-grid]')
  if (!grid || !(event.key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return
  const boxes = [...grid.querySelectorAll('[type=checkbox]')]
  const item = event.target.closest('li')
  const row = box => box.closest('li').offsetTop
  const across = event.key.endsWith('Down') || event.key.endsWith('Up')
    ? boxes.filter(box => row(box) == row(boxes[0])).length
    : 1
  const next = boxes[boxes.findIndex(box => item.contains(box)) + STEPS[event.key] * across]
  event.preventDefault()
  if (next) next.focus()
})
