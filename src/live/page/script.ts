/**
 * What runs in the browser: puts the regions in place that the server sends.
 *
 * A browser keeps few connections to a server open, so of all tabs with this page one listens (whoever has the lock) and tells the
 * others. Where a region is replaced, keyboard focus and scrolled tables stay where they were.
 */
export const script = `'use strict';
const channel = new BroadcastChannel('safe-augment ' + location.pathname);
const shown = new Map();
const title = document.title;
let source;
let isOver = false;

const focusable = (root) => [...root.querySelectorAll('a, button, summary, [tabindex]')];
const scrolling = (root) => [...root.querySelectorAll('.scroll')];

function show(region, html) {
  const root = document.getElementById('region-' + region);
  if (root === null || shown.get(region) === html) return;
  shown.set(region, html);
  const active = document.activeElement;
  const focused = root.contains(active) ? focusable(root).indexOf(active) : undefined;
  const offsets = scrolling(root).map((element) => element.scrollLeft);
  root.innerHTML = html;
  scrolling(root).forEach((element, i) => (element.scrollLeft = offsets[i] ?? 0));
  if (focused !== undefined) (focusable(root)[focused] ?? root).focus({ preventScroll: true });
  if (region === 'phase') document.title = root.textContent + ': ' + title;
}

function take(message) {
  if (message.region !== undefined) show(message.region, message.html);
  if (message.isLost !== undefined) document.getElementById('lost').hidden = isOver || !message.isLost;
  if (message.isOver) {
    isOver = true;
    source?.close();
    if (message.next !== null) location.replace(message.next);
  }
}

function tell(message) {
  take(message);
  channel.postMessage(message);
}

channel.onmessage = ({ data }) => {
  if (!data.hello) take(data);
  else if (source !== undefined)
    for (const [region, html] of shown) channel.postMessage({ region, html });
};

function listen() {
  source = new EventSource('events');
  source.addEventListener('region', ({ data }) => tell(JSON.parse(data)));
  source.addEventListener('end', ({ data }) => tell({ isOver: true, ...JSON.parse(data) }));
  source.onopen = () => tell({ isLost: false });
  source.onerror = () => tell({ isLost: true });
}

channel.postMessage({ hello: true });
// Kept for as long as the tab is open; the next one then listens.
navigator.locks.request('safe-augment ' + location.pathname, () => new Promise(listen));

document.addEventListener('submit', (event) => {
  event.preventDefault();
  event.target.querySelector('button').disabled = true;
  fetch('stop', { method: 'POST' }).catch(() => tell({ isLost: true }));
});
`;
