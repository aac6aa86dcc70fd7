import { styleText } from 'node:util';

export type Colour = 'red' | 'green' | 'yellow' | 'grey' | 'bold';

/** A text in a colour, or as it is where colours are not wanted. */
export type Paint = (colour: Colour, text: string) => string;

export function createPaint(coloured: boolean): Paint {
  return (colour, text) => (coloured && text !== '' ? styleText(colour, text, ALWAYS) : text);
}

/** Whether to colour is decided before (https://no-color.org), and not by what Node's own standard output is. */
const ALWAYS = { validateStream: false };
