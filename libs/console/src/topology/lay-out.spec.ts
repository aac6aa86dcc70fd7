import { layOut } from './lay-out';
import { heldStill, layoutKey, NO_LAYOUT, type LayoutRequest } from './layout';

const node = (id: string) => ({ id, width: 150, height: 54 });
const edge = (from: string, to: string) => ({ from, to });

const shop: LayoutRequest = {
  nodes: ['gateway', 'order', 'product', 'mail'].map(node),
  edges: [edge('gateway', 'order'), edge('gateway', 'product'), edge('order', 'product')],
};

const overlaps = ({ positions }: ReturnType<typeof layOut>): boolean => {
  const all = Object.values(positions);
  return all.some((one, index) =>
    all.slice(index + 1).some((other) => Math.abs(one.x - other.x) < 150 && Math.abs(one.y - other.y) < 54),
  );
};

describe('the layout', () => {
  it('puts callers to the left of those that they call', () => {
    const { positions } = layOut(shop);

    const x = (id: string) => positions[id]?.x ?? NaN;
    expect(x('gateway')).toBeLessThan(x('order'));
    expect(x('order')).toBeLessThan(x('product'));
  });

  it('is the same picture for the same graph in another order', () => {
    const turned = { nodes: [...shop.nodes].reverse(), edges: [...shop.edges].reverse() };

    expect(layOut(turned)).toEqual(layOut(shop));
    expect(layoutKey(turned)).toBe(layoutKey(shop));
  });

  it('puts nodes without an edge beneath the graph, where they do not look like callers', () => {
    const { positions, height } = layOut(shop);

    const lowest = Math.max(...['gateway', 'order', 'product'].map((id) => positions[id]?.y ?? NaN));
    expect(positions['mail']?.y).toBeGreaterThan(lowest + 54);
    expect(height).toBe((positions['mail']?.y ?? NaN) + 54);
  });

  it('lays out services that call each other, and one that calls itself', () => {
    const request = { nodes: ['a', 'b'].map(node), edges: [edge('a', 'b'), edge('b', 'a'), edge('a', 'a')] };

    expect(Object.keys(layOut(request).positions)).toEqual(['a', 'b']);
    expect(overlaps(layOut(request))).toBe(false);
  });

  it('leads an edge over a layer past the nodes that are in it', () => {
    const { positions, passes } = layOut(shop);

    const [point, ...others] = passes['gateway→product'] ?? [];
    const order = positions['order'];
    expect(others).toEqual([]);
    expect(point?.y ?? NaN).not.toBeNaN();
    expect(Math.abs((point?.y ?? 0) - ((order?.y ?? 0) + 27))).toBeGreaterThan(27);
  });

  it('leaves out edges to nodes that are not shown', () => {
    expect(Object.keys(layOut({ nodes: [node('a')], edges: [edge('a', 'gone')] }).positions)).toEqual(['a']);
  });

  it('of nothing is empty', () => {
    expect(layOut({ nodes: [], edges: [] })).toMatchObject({ width: 0, height: 0, positions: {} });
  });
});

describe('a layout that is held still', () => {
  const grown = { nodes: [...shop.nodes, node('cart')], edges: [...shop.edges, edge('gateway', 'cart')] };

  it('moves none of the nodes that are there when one comes, and puts nothing on top of them', () => {
    const before = layOut(shop);

    const after = heldStill(before, layOut(grown), grown);

    expect(after.positions).toMatchObject(before.positions);
    expect(after.positions['cart']).toBeDefined();
    expect(overlaps(after)).toBe(false);
    expect(after.key).toBe(layoutKey(grown));
  });

  it('moves none when one goes', () => {
    const before = layOut(grown);

    const after = heldStill(before, layOut(shop), shop);

    const { cart: _gone, ...rest } = before.positions;
    expect(after.positions).toEqual(rest);
  });

  it('is the fresh one where there was none before', () => {
    expect(heldStill(NO_LAYOUT, layOut(shop), shop)).toEqual(layOut(shop));
  });
});
