// Says on the page that the browser did not finish with a passkey; the button may be pressed again.
document.addEventListener('allauth.error', function (event) {
  event.preventDefault()
  const words = document.getElementById('passkey_failed')
  if (words) {
    words.hidden = false
    words.scrollIntoView({ block: 'nearest' })
  }
})
