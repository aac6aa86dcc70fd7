import { curvePath, edgeCurve, placeLabels, pointOn, type Box } from './edge-shape';

const box = (x: number, y: number): Box => ({ x, y, width: 150, height: 54 });

describe('an edge', () => {
  it('goes from the right side of the caller to the left side of the called', () => {
    const curve = edgeCurve(box(0, 0), box(300, 100));

    expect(pointOn(curve, 0)).toEqual({ x: 150, y: 27 });
    expect(pointOn(curve, 1)).toEqual({ x: 300, y: 127 });
    expect(curvePath(curve)).toBe('M150.0 27.0C225.0 27.0 225.0 127.0 300.0 127.0');
  });

  it.each([
    ['to the left of the caller', box(0, 200)],
    ['in the same layer', box(300, 200)],
  ])('goes around the outside to one %s', (_where, to) => {
    const from = box(300, 0);

    const middle = pointOn(edgeCurve(from, to), 0.5);

    expect(middle.x).toBeGreaterThan(from.x + from.width);
  });
});

describe('an edge that passes other layers', () => {
  it('goes through its points without a corner', () => {
    const curve = edgeCurve(box(0, 0), box(600, 0), [{ x: 375, y: 200 }]);

    expect(pointOn(curve, 0.5)).toEqual({ x: 375, y: 200 });
    expect(pointOn(curve, 1)).toEqual({ x: 600, y: 27 });
    for (const corner of [1 / 3, 2 / 3]) expect(pointOn(curve, corner).y).toBe(200);
  });
});

describe('labels', () => {
  const long = edgeCurve(box(0, 0), box(700, 0));

  it('are in the middle of their edges', () => {
    const places = placeLabels([{ id: 'a', curve: long, width: 60 }], []);

    expect(places.get('a')).toEqual(pointOn(long, 0.5));
  });

  it('of two edges at one place do not hide each other, nor a node', () => {
    const inTheMiddle: Box = { ...pointOn(long, 0.5), width: 10, height: 10 };

    const places = placeLabels(
      ['a', 'b'].map((id) => ({ id, curve: long, width: 60 })),
      [inTheMiddle],
    );

    const [a, b] = [places.get('a'), places.get('b')];
    expect(Math.abs((a?.x ?? NaN) - (b?.x ?? NaN))).toBeGreaterThanOrEqual(60);
    for (const place of [a, b]) expect(place).not.toEqual(pointOn(long, 0.5));
  });

  it('are left out where there is room for none', () => {
    expect(
      placeLabels([{ id: 'a', curve: long, width: 60 }], [{ x: -1000, y: -1000, width: 5000, height: 5000 }])
        .size,
    ).toBe(0);
  });
});
