const $ = (s, root = document) => root.querySelector(s)
const all = (s, root = document) => root.querySelectorAll(s)
let dirty, slow

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

function ready(focus) {
  unfold()
  all(`[data-show],[data-print]${window.isSecureContext ? ',[data-prove]' : ''}`).forEach(b => { b.hidden = false })
  if (navigator.clipboard) all('[data-copy]').forEach(b => { b.hidden = false })
  const first = $(focus)
  if (first) first.focus()
  dirty = dirty || $('.save.bad')
  all('[data-focus]').forEach(used => used.removeAttribute('data-focus'))
  // A long list is kept through a save; what is said of it is new.
  all('.f>select').forEach(list => {
    list.setAttribute('aria-invalid', list.parentNode.matches('.err'))
    list.setAttribute('aria-describedby', [...list.parentNode.children].filter(note => note.matches('p')).map(note => note.id).join(' '))
  })
}

function echo(date) {
  const [y, m, d] = [...all('input', date)].map(i => +i.value)
  const line = $('[id$=-echo]', date)
  if (!line) return
  const day = new Date(y < 1000 ? y + 1911 : y, m - 1, d)
  const say = calendar => day.toLocaleDateString(document.documentElement.lang + calendar, { dateStyle: 'long' })
  line.textContent = y && day.getDate() == d && day.getMonth() == m - 1 ? `= ${say('')} (${say('-u-ca-roc')})` : ''
}

const megabytes = file => `${(file.size / 1e6).toPrecision(2)} MB`

// A phone's photo is made smaller before it is sent. What the browser cannot read goes as it is: the server says more.
async function takePhoto(input) {
  const [file] = input.files
  if (!file) return
  const image = $(`#${input.id}-now`), line = image.nextSibling
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

const RULES = { length: /^.{8}/su, long: /^.{12}/su, letter: /\p{L}/u, digit: /[0-9]/, symbol: /[^\p{L}\p{N}\s]/u }

function tick(list, value) {
  all('li', list).forEach(li => {
    const rule = RULES[li.dataset.rule]
    li.className = rule && rule.test(value) ? 'pass' : ''
    $('span', li).textContent = li.className && list.dataset.met
  })
}

addEventListener('click', async event => {
  const b = event.target.closest('button,a')
  const { show, copy, done, print: paper, speech, renew, prove: bits } = b ? b.dataset : {}
  if (show) {
    const hidden = $('#' + show).type == 'password'
    $('#' + show).type = hidden ? 'text' : 'password'
    b.setAttribute('aria-pressed', hidden)
  }
  if (copy) {
    await navigator.clipboard.writeText($('#' + copy).dataset.studentNo)
    $('#live').textContent = b.textContent = done
  }
  if (paper == '') print()
  if (bits) prove(b, bits)
  if (speech == '' || renew) {
    event.preventDefault()
    if (renew) {
      const answer = await fetch(renew)
      if (answer.ok) $('#cap-box').outerHTML = await answer.text()
      $('#captcha').value = ''
      $('#captcha').readOnly = false
      ready()
    } else new Audio(b.href).play()
    $('#captcha').focus()
  }
})

// In place of eyes or ears: a number that makes the code's hash begin with so many zero bits.
async function prove(b, bits) {
  const id = $('[name=captcha_id]', b.closest('form'))
  b.disabled = true
  for (let n = 0, found; !found; n += 256) {
    const tries = [...Array(256).keys()].map(async i => {
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${id.value}:${n + i}`))
      if (!(new DataView(hash).getUint32() >>> 32 - bits)) found = n + i
    })
    await Promise.all(tries)
    if (found) id.value += `:${found}`
  }
  if (!id.isConnected) return
  $('#captcha').value = $('#live').textContent = b.dataset.done
  $('#captcha').readOnly = true
}

addEventListener('input', ({ target }) => {
  dirty = dirty || $('.save') && $('.save').closest('form').contains(target)
  const list = $(`[data-for="${target.id}"]`)
  const date = target.closest('.date')
  if (list) tick(list, target.value)
  if (date) echo(date)
  unfold()
  if (target.type == 'file') takePhoto(target)
})

addEventListener('keyup', event => {
  const hint = $(`[id="${event.target.id}-caps"]`)
  if (hint) hint.hidden = !event.getModifierState('CapsLock')
})

addEventListener('submit', () => { dirty = false })
addEventListener('beforeunload', event => { if (dirty) event.preventDefault() })

function failed({ target, detail: { ctx } }) {
  if (!target.matches('a,form')) return
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
  if (event.target.matches('form')) slow = setTimeout(() => { $('#live').textContent = $('button .going').textContent }, 800)
  if (!dirty || !event.target.matches('a')) return
  if (confirm($('.save').dataset.leave)) dirty = false
  else event.preventDefault()
})
addEventListener('htmx:finally:request', () => clearTimeout(slow))
addEventListener('htmx:error', failed)
addEventListener('htmx:response:error', failed)
addEventListener('htmx:after:swap', () => ready('#panel [data-focus]'))
ready('[data-focus]:not(h1)')
