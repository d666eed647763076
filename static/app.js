const $ = (s, root = document) => root.querySelector(s)
const all = (s, root = document) => root.querySelectorAll(s)

function ready(focus) {
  all(`[data-show],[data-print]${window.isSecureContext ? ',[data-prove]' : ''}`).forEach(b => { b.hidden = false })
  if (navigator.clipboard) all('[data-copy]').forEach(b => { b.hidden = false })
  const first = $(focus)
  if (first) first.focus()
  all('[data-focus]').forEach(used => used.removeAttribute('data-focus'))
}

function echo(date) {
  const [y, m, d] = [...all('input', date)].map(i => +i.value)
  const line = $('[id$=-echo]', date)
  if (!line) return
  const day = new Date(y < 1000 ? y + 1911 : y, m - 1, d)
  const say = calendar => day.toLocaleDateString(document.documentElement.lang + calendar, { dateStyle: 'long' })
  line.textContent = y && day.getDate() == d && day.getMonth() == m - 1 ? `= ${say('')} (${say('-u-ca-roc')})` : ''
}

const RULES = { length: /^.{8}/su, long: /^.{12}/su, letter: /\p{L}/u, digit: /[0-9]/, symbol: /[^\p{L}\p{N}]/u,
  mix: /^(?=.*\p{L})(?=.*[0-9]).*[^\p{L}\p{N}]|^.{15}/su }

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
  const list = $(`[data-for="${target.id}"]`)
  const date = target.closest('.date')
  if (list) tick(list, target.value)
  if (date) echo(date)
})

addEventListener('keyup', event => {
  const hint = $(`[id="${event.target.id}-caps"]`)
  if (hint) hint.hidden = !event.getModifierState('CapsLock')
})

ready('[data-focus]:not(h1)')
