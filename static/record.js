// For the tabs of the record, after app.js and htmx.
let dirty, slow

if (window.htmx) Object.assign(htmx.config, {
  defaultTimeout: 15000, defaultSettleDelay: 0, history: 'reload', noSwap: [204, 304, 400, 404, 405, '5xx'],
})

// "a=1|2&b!=3,c=4": alternatives, of terms that all hold, of values any of which will do.
function holds(condition, form) {
  const typed = new FormData(form)
  return condition.split(',').some(terms => terms.split('&').every(term => {
    const [name, values] = term.split('=')
    const given = typed.getAll(name.replace('!', ''))
    return values.split('|').some(v => given.length ? given.includes(v) : !v) != name.endsWith('!')
  }))
}

function unfold() {
  all('[data-when]').forEach(box => {
    box.hidden = !holds(box.dataset.when, box.closest('form'))
    all('input,select,textarea', box).forEach(control => { control.disabled = box.hidden })
  })
}

const megabytes = file => `${(file.size / 1e6).toPrecision(2)} MB`

// A phone's photo is made smaller before it is sent. What the browser cannot read goes as it is: the server says more.
async function takePhoto(input) {
  const [file] = input.files, image = $(`#${input.id}-now`)
  if (!file || !image) return
  const line = image.nextSibling
  image.src = URL.createObjectURL(file)
  image.parentNode.hidden = image.hidden = false
  line.textContent = `${file.name} ${megabytes(file)}`
  await image.decode().catch(() => { image.hidden = true })
  const scale = 1200 / Math.min(image.naturalWidth, image.naturalHeight)
  if (image.hidden || scale >= 1) return
  const canvas = document.createElement('canvas'), pen = canvas.getContext('2d', { alpha: false })
  canvas.width = image.naturalWidth * scale
  canvas.height = image.naturalHeight * scale
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  canvas.toBlob(blob => {
    const small = new DataTransfer()
    small.items.add(new File([blob], file.name, { type: blob.type }))
    if (input.files[0] != file) return
    input.files = small.files
    line.textContent += ` → ${megabytes(blob)}`
  }, 'image/jpeg', .9)
}

// A long list is kept through a save; what is said of it is new.
function mend() {
  all('.f>select').forEach(list => {
    const notes = [...list.parentNode.children].filter(note => note.matches('p'))
    list.setAttribute('aria-invalid', list.parentNode.matches('.err'))
    list.setAttribute('aria-describedby', notes.map(note => note.id).join(' '))
  })
}

addEventListener('input', ({ target }) => {
  const save = $('.save')
  dirty = dirty || save && save.closest('form').contains(target)
  unfold()
  if (target.type == 'file') takePhoto(target)
})

addEventListener('submit', () => { dirty = false })
addEventListener('beforeunload', event => { if (dirty) event.preventDefault() })

function failed({ target, detail: { ctx } }) {
  if (!target.matches('a,button,form')) return
  const status = ctx.response ? ctx.response.status : 0
  if (status && status < 500 && ![400, 404, 405].includes(status)) return
  const save = $('.save')
  if (!save) return location.assign(ctx.request.action)
  const alert = $('[role=alert]', save)
  save.classList.add('bad')
  alert.hidden = false
  alert.textContent = status ? save.dataset.server : save.dataset.net
  dirty = true
}

addEventListener('htmx:before:request', event => {
  const bad = $('.save.bad')
  if (bad && event.target.matches('form')) {
    bad.classList.remove('bad')
    $('[role=alert]', bad).hidden = true
  }
  if (event.target.matches('form')) slow = setTimeout(() => { $('#live').textContent = $('button .going').textContent }, 800)
  if (!dirty || !event.target.matches('a')) return
  if (confirm($('.save').dataset.leave)) dirty = false
  else event.preventDefault()
})
addEventListener('htmx:finally:request', () => clearTimeout(slow))
addEventListener('htmx:error', failed)
addEventListener('htmx:response:error', failed)
addEventListener('htmx:after:swap', () => {
  unfold()
  mend()
  ready('#panel [data-focus]')
  dirty = dirty || $('.save.bad')
})
unfold()
