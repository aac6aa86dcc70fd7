import { useState } from 'preact/hooks';
import { found, placesOf, type PaletteEntry } from '../state/palette';
import { catalog } from '../state/store';
import { Dialog } from '../parts/dialog';
import { overlay, switchSingleKeys } from './keyboard';
import { choices, go, hrefTo, hrefWith } from './navigation';
import { pages } from './page-list';
import { hrefOfOtherTheme } from './theme';

const close = () => {
  overlay.value = undefined;
};

function entries(): readonly PaletteEntry[] {
  return [
    ...pages.value.map(({ place, title }) => ({ title, hint: 'page', run: () => go(hrefTo(place)) })),
    { title: 'Switch between dark and light', hint: 'do', run: () => go(hrefOfOtherTheme()) },
    {
      title: 'Show on a wall',
      hint: 'do',
      run: () => go(hrefWith({ wall: choices.value['wall'] === undefined ? '1' : undefined })),
    },
    { title: 'Switch single keys on or off', hint: 'do', run: switchSingleKeys },
    ...placesOf(catalog.value, (name, i) =>
      go(hrefTo({ page: 'service', name }, i === undefined ? {} : { i })),
    ),
  ];
}

/** Ctrl-K: goes anywhere, by a few letters. */
export default function Palette() {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const matching = found(entries(), text);
  const at = Math.min(chosen, matching.length - 1);

  function run(entry: PaletteEntry | undefined): void {
    if (entry === undefined) return;
    close();
    entry.run();
  }

  return (
    <Dialog title={<span class="hidden">Go to, or do</span>} className="palette" onClose={close}>
      <input
        class="input"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={at < 0 ? undefined : `palette-${at}`}
        aria-label="Go to, or do"
        autofocus
        autocomplete="off"
        spellcheck={false}
        placeholder="A service, an instance, a page …"
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (step !== 0) {
            event.preventDefault();
            setChosen((at + step + matching.length) % Math.max(1, matching.length));
          } else if (event.key === 'Enter') {
            event.preventDefault();
            run(matching[at]);
          }
        }}
      />
      <ul id="palette-list" role="listbox" aria-label="Matches">
        {matching.map((entry, index) => (
          <li
            key={entry.title}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerMove={() => setChosen(index)}
            onClick={() => run(entry)}
          >
            {entry.title} <span class="faint">{entry.hint}</span>
          </li>
        ))}
      </ul>
      {matching.length === 0 ? <p class="empty">Nothing of that name.</p> : null}
    </Dialog>
  );
}
