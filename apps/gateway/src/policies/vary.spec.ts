import { headerListOf } from '../headers/header-list';
import { addVary } from './vary';

const after = (...values: string[]) => {
  const headers = headerListOf(values.flatMap((value) => ['Vary', value]));
  addVary(headers, 'Origin');
  return headers.all('vary');
};

describe('addVary', () => {
  it('says it once', () => {
    expect(after()).toEqual(['Origin']);
    expect(after('Accept')).toEqual(['Accept', 'Origin']);
    expect(after('Accept, origin')).toEqual(['Accept, origin']);
    expect(after('Accept', '*')).toEqual(['Accept', '*']);
  });
});
