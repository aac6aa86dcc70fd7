import type { Product } from './product';

/** Before any product that somebody adds, so that those come first in the list. */
const CREATED_AT = 1_704_067_200_000;

const sample = (number: number, name: string, description: string, priceCents: number): Product => ({
  // Fixed, so that every process fills in the same ones and the documentation can name them.
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  name,
  description,
  priceCents,
  currency: 'EUR',
  createdAt: CREATED_AT + number,
});

/** What there is to see before anybody has added anything. */
export const sampleProducts: readonly Product[] = [
  sample(1, 'Espresso cup', 'Porcelain, 60 ml, thick-walled.', 890),
  sample(2, 'Coffee grinder', 'Hand grinder with steel burrs.', 7450),
  sample(3, 'Kettle', 'Gooseneck, 0.9 l, for stove tops.', 4990),
  sample(4, 'Filter papers', 'A hundred, unbleached.', 450),
  sample(5, 'House blend', 'Beans, 500 g, roasted on Tuesdays.', 1290),
];
