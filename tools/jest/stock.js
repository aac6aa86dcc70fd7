'use strict';

/** A value that is made when it is first read, as many of Node's globals are: reading it changes nothing. */
const UNREAD = Symbol('unread');

/**
 * A part of the process that suites share when they run in one realm.
 *
 * @typedef {object} Place
 * @property {(key: PropertyKey) => string} name
 * @property {() => Map<PropertyKey, any>} read
 * @property {(key: PropertyKey, value: any) => void} write `undefined` for what is not to be there
 */
/** @typedef {Map<Place, Map<PropertyKey, any>>} Stock what there is, place by place */
/** @typedef {{ place: Place, key: PropertyKey, value: any }} Change to `value`; `undefined` for what is gone */

/** @type {readonly Place[]} */
const PLACES = [
  ownProperties('globalThis', globalThis),
  ownProperties('process.env', process.env),
  ownProperties('process', process, (key) => key === 'exit'),
  {
    name: (event) => `process.on('${String(event)}')`,
    read: () => new Map(process.eventNames().map((event) => [event, process.rawListeners(event)])),
    write(event, wanted = []) {
      const name = /** @type {string} */ (event);
      const present = process.rawListeners(name);
      for (const listener of present)
        if (!wanted.includes(listener)) process.off(name, /** @type {() => void} */ (listener));
      for (const listener of wanted) if (!present.includes(listener)) process.on(name, listener);
    },
  },
];

/**
 * @param {string} name
 * @param {object} object
 * @param {(key: PropertyKey) => boolean} [counts]
 * @returns {Place}
 */
function ownProperties(name, object, counts = () => true) {
  return {
    name: (key) => `${name}.${String(key)}`,
    read() {
      const values = new Map();
      for (const key of Reflect.ownKeys(object).filter(counts)) {
        const property = Reflect.getOwnPropertyDescriptor(object, key);
        values.set(key, property?.get === undefined ? property?.value : UNREAD);
      }
      return values;
    },
    write(key, value) {
      if (value === undefined) Reflect.deleteProperty(object, key);
      else if (value !== UNREAD) Reflect.set(object, key, value);
    },
  };
}

/** @returns {Stock} */
function takeStock() {
  return new Map(PLACES.map((place) => [place, place.read()]));
}

/**
 * @param {Stock} stock
 * @returns {Change[]}
 */
function changesSince(stock) {
  return PLACES.flatMap((place) => {
    const before = stock.get(place) ?? new Map();
    const now = place.read();
    return [...new Set([...before.keys(), ...now.keys()])]
      .filter((key) => !isSame(before.get(key), now.get(key)))
      .map((key) => ({ place, key, value: now.get(key) }));
  });
}

/**
 * @param {any} before
 * @param {any} now
 * @returns {boolean}
 */
function isSame(before, now) {
  if (before === UNREAD && now !== undefined) return true;
  if (Array.isArray(before) || Array.isArray(now))
    return before?.length === now?.length && before.every((/** @type {any} */ each) => now.includes(each));
  return Object.is(before, now);
}

module.exports = { changesSince, takeStock };
