import fc from 'fast-check';
import { priceOrder, type PricedItem } from './price-order';

const item = (part: Partial<PricedItem> = {}): PricedItem => ({
  productId: 'p',
  quantity: 1,
  name: 'Cup',
  unitPriceCents: 890,
  currency: 'EUR',
  ...part,
});

describe('the price of an order', () => {
  test.each([
    ['one item', [item()], 890],
    ['several of one', [item({ quantity: 3 })], 2670],
    ['several items', [item({ quantity: 2 }), item({ unitPriceCents: 5 })], 1785],
    ['what costs nothing', [item({ unitPriceCents: 0, quantity: 9 })], 0],
    ['the most there can be', [item({ unitPriceCents: Number.MAX_SAFE_INTEGER })], Number.MAX_SAFE_INTEGER],
  ])('of %s', (_what, items, totalCents) => {
    expect(priceOrder(items)).toMatchObject({ kind: 'priced', currency: 'EUR', totalCents });
  });

  it('keeps the items as they were asked for, without the currency they share', () => {
    expect(priceOrder([item({ productId: 'b' }), item({ productId: 'a' })])).toMatchObject({
      items: [
        { productId: 'b', quantity: 1, name: 'Cup', unitPriceCents: 890 },
        { productId: 'a', quantity: 1, name: 'Cup', unitPriceCents: 890 },
      ],
    });
  });

  it('is not said where currencies mix', () => {
    expect(priceOrder([item(), item({ currency: 'USD' }), item({ currency: 'EUR' })])).toEqual({
      kind: 'mixed-currencies',
      currencies: ['EUR', 'USD'],
    });
  });

  it('is not said where a number cannot keep it exactly', () => {
    expect(
      priceOrder([item({ unitPriceCents: Number.MAX_SAFE_INTEGER }), item({ unitPriceCents: 1 })]),
    ).toEqual({
      kind: 'too-large',
    });
  });

  it('is exact, or is not said', () => {
    const cents = fc.oneof(fc.nat(100_000), fc.nat(Number.MAX_SAFE_INTEGER));
    const items = fc.array(
      fc.record({ unitPriceCents: cents, quantity: fc.integer({ min: 1, max: 10_000 }) }),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(items, (parts) => {
        const exact = parts.reduce(
          (sum, part) => sum + BigInt(part.unitPriceCents) * BigInt(part.quantity),
          0n,
        );
        const price = priceOrder(parts.map(item));
        if (price.kind === 'priced') expect(BigInt(price.totalCents)).toBe(exact);
        else expect(exact).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
      }),
    );
  });
});
