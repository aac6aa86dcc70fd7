import { Fragment } from 'preact';
import { Dialog } from '../parts/dialog';
import { overlay, singleKeys, switchSingleKeys } from './keyboard';
import { pages } from './page-list';

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'to the filter'],
  ['j k', 'down and up through rows'],
  ['enter', 'opens the row'],
  ['esc', 'closes what is open, and goes back'],
  ['t', 'charts and the topology as tables, and back'],
  ['Ctrl K', 'goes anywhere'],
  ['?', 'this help'],
];

const FILTERS: readonly (readonly [filter: string, meaning: string])[] = [
  ['pay', 'names, paths, addresses and ids with it'],
  ['status:suspect,draining', 'with an instance of one of them'],
  ['zone:1a  version:2.4  tag:blue', 'by what instances say of themselves'],
  ['needs:attention', 'with something to look at; needs:traffic: with some'],
  ['-status:up', 'turned round'],
];

const close = () => {
  overlay.value = undefined;
};

export default function Help() {
  return (
    <Dialog title="Keys, and how to filter" onClose={close}>
      <div class="b">
        <dl class="keys">
          {[...KEYS, ...pages.value.map(({ key, title }) => [`g ${key}`, title] as const)].map(
            ([keys, meaning]) => (
              <Fragment key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </Fragment>
            ),
          )}
        </dl>
        <dl class="keys wide">
          {FILTERS.map(([filter, meaning]) => (
            <Fragment key={filter}>
              <dt>
                <code>{filter}</code>
              </dt>
              <dd>{meaning}</dd>
            </Fragment>
          ))}
        </dl>
      </div>
      <footer>
        <button type="button" class="btn small" aria-pressed={singleKeys.value} onClick={switchSingleKeys}>
          Single keys are {singleKeys.value ? 'on' : 'off'}
        </button>
        <button type="button" class="btn" onClick={close}>
          Close
        </button>
      </footer>
    </Dialog>
  );
}
