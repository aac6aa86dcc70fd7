import { pickListed, positiveNumber } from './argument';

const fruits = [{ id: 'apple' }, { id: 'pear' }, { id: 'plum' }];

describe('a list of ids', () => {
  it('picks, in the order of what there is', () => {
    expect(pickListed('--fruits', fruits, 'plum, apple')).toEqual([{ id: 'apple' }, { id: 'plum' }]);
  });

  it('is everything when it is not given', () => {
    expect(pickListed('--fruits', fruits, undefined)).toEqual(fruits);
  });

  it('may not name what there is not', () => {
    expect(() => pickListed('--fruits', fruits, 'apple,nut,bean')).toThrow(
      '--fruits does not know nut, bean',
    );
  });
});

describe('a number', () => {
  it('is whole and above 0', () => {
    expect(positiveNumber('--rounds', '3')).toBe(3);
  });

  it.each(['0', '-1', '1.5', 'many', ''])('is not %j', (text) => {
    expect(() => positiveNumber('--rounds', text)).toThrow('--rounds');
  });
});
