// For the tabs of the record, after app.js and htmx.
let slow, wait, flight, again, tries = 0, leaving

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

// A field, or a group with its rows, is a box of the form. `drawn`: what the boxes said at first; `told`: what the server
// was told last.
const drawn = new WeakMap(), told = new WeakMap()
const boxes = () => [...all('form.fill>div[id$="-f"]')]

// Pairs of name and value; where nothing is ticked the name stands alone.
function pairs(box) {
  const found = {}
  all('[name]', box).forEach(({ name, value, type, checked, disabled }) => {
    if (disabled || type == 'file' || type == 'submit') return
    found[name] ||= []
    if (checked || !/radio|checkbox/.test(type)) found[name].push(value)
  })
  return Object.entries(found).flatMap(([name, values]) => (values[0] == null ? [''] : values).map(value => [name, value]))
}

const said = box => new URLSearchParams(pairs(box)).toString()
const unsent = () => boxes().filter(box => told.get(box) != said(box))

function meet() {
  boxes().forEach(box => {
    if (told.has(box)) return
    drawn.set(box, said(box))
    told.set(box, said(box))
  })
}

// What a save sends: whatever differs from what was drawn, and of a tab that was never saved whatever is not empty.
function changed(box) {
  const { dataset: { held }, parentNode: { dataset: { first } } } = box
  return held == '' || $('.rowset', box) || drawn.get(box) != said(box) || drawn.get(box) != told.get(box)
    || first == '' && pairs(box).some(([, value]) => value)
}

function body(form, chosen) {
  const data = new FormData()
  all('form.fill>input,#save input', form).forEach(({ name, value }) => data.append(name, value))
  data.append('part', 1)
  chosen.flatMap(pairs).forEach(pair => data.append(...pair))
  return data
}

// Nobody who saves data has drafts sent.
const lean = navigator.connection && navigator.connection.saveData

// Tells the server what was typed, one request at a time; true when it knows everything.
function tell() {
  clearTimeout(wait)
  const form = $('form.fill'), news = unsent()
  if (lean || !form || !news.length) return Promise.resolve(!news.length)
  return flight ||= send(form, news).finally(() => { flight = null })
}

async function send(form, news) {
  const sent = news.map(said)
  try {
    const answer = await fetch(form.action + '/draft', { method: 'POST', headers: { 'HX-Request': 'true' }, keepalive: true,
      body: new URLSearchParams(body(form, news)), signal: AbortSignal.timeout(15000) })
    if (answer.status == 401 && !$('#door form')) bring(await answer.text())
    if (!answer.ok) throw answer
    news.forEach((box, n) => told.set(box, sent[n]))
    const time = new Date().toLocaleTimeString('zh', { timeZone: 'Asia/Taipei', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    all('#save small').forEach(line => { line.textContent = words().kept.replace('{time}', time) })
    soon(unsent().length && 1500)
    return !unsent().length
  } catch (reason) {
    soon(reason.status < 500 ? 0 : 5000)
    return false
  }
}

function soon(pause) {
  clearTimeout(wait)
  if (pause) wait = setTimeout(tell, pause)
}

// The pieces of a fragment, each in the place of the one with its id.
function bring(fragment) {
  const box = document.createElement('template')
  box.innerHTML = fragment
  for (const piece of [...box.content.children]) {
    $('#' + piece.id).replaceWith(piece)
    htmx.process(piece)
  }
}

const words = () => $('.rec').dataset

// A long list comes once: a form that is opened later only names it.
const lists = {}
function lengthen() {
  all('select[data-list]').forEach(select => {
    const { list } = select.dataset, given = [...select.options].map(({ text, value }) => [text, value])
    if (given.length > 60) lists[list] = given
    else (lists[list] || []).forEach(([text, value]) => given.some(one => one[0] == text) || select.add(new Option(text, value)))
  })
}

const megabytes = file => `${(file.size / 1e6).toPrecision(2)} MB`

// A phone's photo is made smaller before it is sent. What the browser cannot read goes as it is: the server says more.
async function takePhoto(input) {
  const [file] = input.files, image = $('.row img', input.parentNode)
  if (!file || !image) return
  const line = image.nextSibling
  image.src = URL.createObjectURL(file)
  image.parentNode.hidden = image.hidden = false
  line.textContent = `${file.name} ${megabytes(file)}`
  image.id = `${input.id}-now`
  await image.decode().catch(() => { image.hidden = true; image.id = '' })
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
  unfold()
  if (!target.closest('form.fill')) return
  again = clearTimeout(again)
  soon(1500)
  if (target.type == 'file') takePhoto(target)
})
addEventListener('change', () => soon(300))

// A photo cannot be kept before it is saved.
const hasFile = () => [...all('form.fill [type=file]')].some(one => one.files[0])
const isLost = () => unsent().length || hasFile() || $('.save.bad')

addEventListener('pagehide', tell)
addEventListener('visibilitychange', tell)
addEventListener('beforeunload', event => {
  if (!isLost() || leaving) return
  tell()
  event.preventDefault()
})
addEventListener('submit', () => { leaving = true })
addEventListener('pageshow', () => { leaving = false })

function failed({ target, detail: { ctx } }) {
  if (!target.matches('a,button,form')) return
  const status = ctx.response ? ctx.response.status : 0
  if (status && status < 500 && ![400, 404, 405].includes(status)) return
  const save = $('.save')
  if (!save) return location.assign(ctx.request.action)
  const alert = $('[role=alert]', save)
  save.classList.add('bad')
  alert.hidden = false
  alert.textContent = words()[status ? 'server' : 'net']
  if (!target.matches('form')) return
  clearTimeout(again)
  again = setTimeout(retry, 1000 * Math.min(60, 5 * 2 ** tries++))
}

// Nothing was typed since: what was to be saved is sent once more, with the same key.
function retry() {
  const button = $('.save.bad .btn')
  if (button && again && !document.hidden) button.click()
}
addEventListener('online', () => { again ? retry() : tell() })

// Of each tab the first letter of its state, of the one that is open as a capital.
const tabsThere = () => [...all('#tabs [data-tab]')].map(({ ariaCurrent, dataset: { state: [letter] } }) =>
  ariaCurrent ? letter.toUpperCase() : letter).join('')

addEventListener('htmx:config:request', ({ target, detail: { ctx } }) => {
  // What the page has already need not come again.
  if (target.matches('a')) Object.assign(ctx.request.headers, { 'X-Lists': Object.keys(lists), 'X-Tabs': tabsThere() })
  if (!target.matches('form.fill') || ctx.request.submitter && ctx.request.submitter.value != 'save') return
  const data = body(target, boxes().filter(changed))
  data.append('do', 'save')
  all('[type=file]', target).forEach(({ name, files }) => files[0] && data.append(name, files[0]))
  ctx.request.body = data
})

addEventListener('htmx:before:request', event => {
  const { target } = event, bad = $('.save.bad')
  if (target.matches('form')) {
    clearTimeout(wait)
    again = clearTimeout(again)
    if (bad && target.matches('.fill')) {
      bad.classList.remove('bad')
      $('[role=alert]', bad).hidden = true
    }
    slow = setTimeout(() => { $('#live').textContent = $('button .going').textContent }, 800)
  }
  if (!target.matches('a') || leaving || !isLost()) return
  event.preventDefault()
  tell().then(isTold => {
    leaving = isTold && !hasFile() || confirm(words().leave)
    if (leaving) target.click()
  })
})
addEventListener('htmx:finally:request', () => clearTimeout(slow))
addEventListener('htmx:error', failed)
addEventListener('htmx:response:error', failed)
let main = $('main')
addEventListener('htmx:after:swap', () => {
  leaving = false
  if (!$('.save.bad')) tries = 0
  lengthen()
  all('[data-src]').forEach(image => { image.src = image.dataset.src })
  meet()
  unfold()
  mend()
  ready('#panel [data-focus],#door[data-focus]')
  if ($('main') == main) return
  main = $('main')
  $('.menu').open = false
  const first = $('#esum') || $('h1')
  first.tabIndex = -1
  scrollTo(0, 0)
  first.focus({ preventScroll: first.matches('h1') })
})
lengthen()
meet()
unfold()
