import { signal } from '@preact/signals';
import { choices, choose, go, hrefTo } from './navigation';
import { PAGES } from './page-list';

/** Which of the two dialogs that the keyboard opens is open. */
export const overlay = signal<'palette' | 'help' | undefined>(undefined);

const KEY = 'rollcall.keys';
/** After `g` the next key names a page, if it comes soon. */
const CHORD_MS = 900;

/** Single keys can be switched off: who speaks to a computer types by accident (WCAG 2.1.4). */
export const singleKeys = signal(readPreference());

export function switchSingleKeys(): void {
  singleKeys.value = !singleKeys.value;
  try {
    localStorage.setItem(KEY, singleKeys.value ? 'on' : 'off');
  } catch {
    // Storage is switched off: it holds as long as the page.
  }
}

function readPreference(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

export function followKeyboard(): void {
  let chordUntil = 0;
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      overlay.value = overlay.value === 'palette' ? undefined : 'palette';
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null)
      return;
    if (event.key === 'Escape') {
      escape();
      return;
    }
    if (!singleKeys.value || isTyping(event.target)) return;
    const isChord = Date.now() < chordUntil;
    chordUntil = event.key === 'g' ? Date.now() + CHORD_MS : 0;
    const page = isChord ? PAGES.find(({ key }) => key === event.key) : undefined;
    if (page !== undefined) go(hrefTo(page.place));
    else if (!plainKey(event.key)) return;
    event.preventDefault();
  });
}

/** Whether it meant something. */
function plainKey(key: string): boolean {
  switch (key) {
    case '/':
      document.getElementById('filter')?.focus();
      return true;
    case '?':
      overlay.value = 'help';
      return true;
    case 'j':
      step(1);
      return true;
    case 'k':
      step(-1);
      return true;
    case 't':
      return showTables();
    default:
      return false;
  }
}

/** From row to row: whatever says that it is one. Enter opens it, as with any link. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const at = rows.findIndex(
    (row) => row === document.activeElement || row.closest('tr')?.contains(document.activeElement),
  );
  const next =
    rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.closest('tr')?.scrollIntoView({ block: 'nearest' });
}

/** Everything that is drawn as tables; if it is so already, as pictures again. */
function showTables(): boolean {
  const all = [...document.querySelectorAll<HTMLElement>('main [data-table]')];
  const pictures = all.filter((one) => one.getAttribute('aria-pressed') !== 'true');
  for (const one of pictures.length > 0 ? pictures : all) one.click();
  return all.length > 0;
}

/** Out of what is innermost: the filter, the wall, what is open on the page, the page. */
function escape(): void {
  const focused = document.activeElement;
  if (isTyping(focused) && focused instanceof HTMLElement) {
    focused.blur();
    return;
  }
  if (choices.value['wall'] !== undefined) {
    choose({ wall: undefined });
    return;
  }
  const ways = document.querySelectorAll<HTMLElement>('main [data-escape]');
  ways[ways.length - 1]?.click();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
