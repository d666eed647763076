// For staff pages with a file box: a file that is too large is refused before it is sent.
addEventListener('change', ({ target }) => {
  const { most, large } = target.dataset
  if (most) target.setCustomValidity([...target.files].some(file => file.size > most) ? large : '')
})
