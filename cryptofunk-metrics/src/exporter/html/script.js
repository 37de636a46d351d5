'use strict';
const by = id => document.getElementById(id);
const search = by('page-search');

// Shows the families and rows that have every word.
const filter = () => {
  if (!search) return;
  const words = search.value.toLowerCase().split(/\s+/).filter(word => word);
  const has = text => words.every(word => text.toLowerCase().includes(word));
  let shown = 0;
  const families = document.querySelectorAll('details[id]');
  for (const family of families) {
    const isNamed = has(family.querySelector('.about').textContent);
    let rows = 0;
    for (const row of family.querySelectorAll('tbody tr')) {
      row.hidden = !isNamed && !has(family.id + ' ' + row.dataset.labels);
      rows += !row.hidden;
    }
    family.hidden = !isNamed && !rows;
    shown += !family.hidden;
  }
  for (const group of document.querySelectorAll('section.families')) {
    group.hidden = !group.querySelector('details:not([hidden])');
  }
  by('page-found').textContent = words.length ? shown + ' of ' + families.length + ' families' : '';
};

// Puts the values of a new page where the old ones stand, and leaves open what is open.
const renew = fresh => {
  for (const part of fresh.querySelectorAll('details[id]')) {
    if (by(part.id)) continue;
    const group = part.closest('section');
    if (by(group.id)) by(group.id).append(part); else document.querySelector('main').append(group);
  }
  for (const part of fresh.querySelectorAll('[data-live]')) by(part.id)?.replaceChildren(...part.childNodes);
  filter();
};

const ask = async () => {
  // Nobody looks, or somebody copies.
  if (document.hidden || !getSelection().isCollapsed) return;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) throw answer.status;
    renew(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch (error) {
    const state = document.createElement('span');
    state.className = 'bad';
    state.textContent = 'does not answer';
    by('page-state').replaceChildren(state);
  }
};

if (search) {
  by('page-tools').hidden = false;
  search.addEventListener('input', filter);
  document.addEventListener('keydown', event => {
    if (event.key === '/' && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });
}
const open = () => { const family = by(decodeURIComponent(location.hash.slice(1))); if (family) family.open = true; };
addEventListener('hashchange', open);
open();
(async () => {
  for (;;) {
    await new Promise(later => setTimeout(later, 3000));
    await ask();
  }
})();
